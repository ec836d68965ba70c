import Raster

/// How a character looks.
public struct Style: Sendable, Hashable {
  /// What a terminal can do to a character besides colour it.
  public struct Attributes: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let bold = Attributes(rawValue: 1)
    public static let dim = Attributes(rawValue: 2)
    public static let reverse = Attributes(rawValue: 4)
    public static let underline = Attributes(rawValue: 8)
  }

  public var foreground: Cell.Color
  public var background: Cell.Color
  public var attributes: Attributes

  public init(
    _ foreground: Cell.Color = .standard, on background: Cell.Color = .standard, _ attributes: Attributes = []
  ) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
  }

  /// The terminal's own colours, no attributes.
  public static let plain = Style()

  /// The same style with more attributes.
  public func with(_ more: Attributes) -> Style { Style(foreground, on: background, attributes.union(more)) }

  /// The same style on another background.
  public func on(_ color: Cell.Color) -> Style { Style(foreground, on: color, attributes) }
}
