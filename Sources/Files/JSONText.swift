/// JSON written by hand where the order of keys and the bytes matter.
package enum JSONText {
  /// A string with its quotes. Quotes, backslashes and control characters are escaped, all else stays UTF-8; the
  /// result can be shown on a terminal as it is.
  package static func quoted(_ text: String) -> String {
    var result = "\""
    result.reserveCapacity(text.utf8.count + 2)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\0"..<" ", "\u{7f}"..."\u{9f}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// The shortest decimal that reads back as the same float; `null` for what JSON has no number for.
  package static func number(_ value: Float) -> String { value.isFinite ? "\(value)" : "null" }

  /// As for floats.
  package static func number(_ value: Double) -> String { value.isFinite ? "\(value)" : "null" }
}
