import Raster

/// Styles as people write them: `#c9cfd9 on #12151b bold`, `bright-yellow underline`, `default on 236`.
enum StyleText {
  static func parse(_ text: String) -> Style? {
    var words = text.split(separator: " ").map(String.init)[...]
    var style = Style.plain
    if let first = words.first, attribute(first) == nil, first != "on" {
      guard let foreground = color(first) else { return nil }
      style.foreground = foreground
      words = words.dropFirst()
    }
    if words.first == "on" {
      guard let background = words.dropFirst().first.flatMap(color) else { return nil }
      style.background = background
      words = words.dropFirst(2)
    }
    for word in words {
      guard let attribute = attribute(word) else { return nil }
      style.attributes.insert(attribute)
    }
    return style
  }

  private static let names = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"]

  private static func color(_ text: String) -> Cell.Color? {
    if text == "default" { return .standard }
    if let index = UInt8(text) { return .indexed(index) }
    if text.hasPrefix("bright-"), let index = names.firstIndex(of: String(text.dropFirst(7))) {
      return .indexed(UInt8(index + 8))
    }
    if let index = names.firstIndex(of: text) { return .indexed(UInt8(index)) }
    guard text.hasPrefix("#"), text.utf8.count == 7, let value = UInt32(text.dropFirst(), radix: 16) else { return nil }
    return .rgb(RGB(UInt8(value >> 16), UInt8(value >> 8 & 255), UInt8(value & 255)))
  }

  private static func attribute(_ text: String) -> Style.Attributes? {
    switch text {
    case "bold": .bold
    case "dim": .dim
    case "underline": .underline
    case "reverse": .reverse
    default: nil
    }
  }
}
