import Files

/// Text made safe to stand in a page.
enum HTMLText {
  /// For content and for attributes in double or single quotes. Control characters have no place in a page.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar)
      }
    }
    return result
  }

  /// JSON for a `<script>` element, which nothing in it can end.
  static func data(_ json: OrderedJSON) -> String {
    json.text.replacing("<", with: "\\u003c")
  }
}
