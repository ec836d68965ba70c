import Files

/// What names an image in COCO files: a whole number, or a string in those of other datasets.
///
/// As in Python, the number 1 is not the string "1", and strings are equal when their code points are.
public enum CocoID: Sendable {
  case number(Int)
  case text(String)
}

extension CocoID: Hashable {
  public static func == (one: CocoID, other: CocoID) -> Bool {
    switch (one, other) {
    case (.number(let one), .number(let other)): one == other
    case (.text(let one), .text(let other)): one.utf8.elementsEqual(other.utf8)
    default: false
    }
  }

  public func hash(into hasher: inout Hasher) {
    switch self {
    case .number(let number): hasher.combine(number)
    case .text(let text): for byte in text.utf8 { hasher.combine(byte) }
    }
  }
}

extension CocoID: CustomStringConvertible {
  /// As JSON: strings in quotes, control characters in them escaped.
  public var description: String {
    switch self {
    case .number(let number): "\(number)"
    case .text(let text): JSONText.quoted(text)
    }
  }

  /// The same for messages, where long names would be in the way.
  package var short: String {
    switch self {
    case .text(let text) where text.unicodeScalars.count > 60:
      JSONText.quoted(String(String.UnicodeScalarView(text.unicodeScalars.prefix(60))) + "…")
    default: description
    }
  }
}

extension CocoID: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
  public init(integerLiteral value: Int) { self = .number(value) }
  public init(stringLiteral value: String) { self = .text(value) }
}

extension JSONScanner {
  /// Reads an id.
  mutating func cocoID() throws -> CocoID {
    let kind = try kind()
    switch kind {
    case .number: return .number(try integer())
    case .string: return .text(try string())
    default: throw Problem(offset: offset, expected: "a whole number or a string", found: kind.rawValue)
    }
  }
}
