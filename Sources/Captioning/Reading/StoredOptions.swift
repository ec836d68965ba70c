/// Options that files keep as a JSON object. Each is declared once, as a property marked `@Stored`: its name is its key,
/// and what older files mean that lack the key stands beside it.
public protocol StoredOptions: Codable, Sendable, Equatable {
  /// The options as the program has them by default. Every call makes its own.
  init()
}

extension StoredOptions {
  public init(from decoder: any Decoder) throws {
    self.init()
    try read(decoder.container(keyedBy: OptionKey.self), keepsMissing: false)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: OptionKey.self)
    try write(into: &container, whole: false)
  }

  /// Reads into the properties in place. Only for options that nobody else has a copy of yet.
  fileprivate func read(_ container: KeyedDecodingContainer<OptionKey>, keepsMissing: Bool) throws {
    for (key, field) in fields { try field.read(container, key, keepsMissing: keepsMissing) }
  }

  fileprivate func write(into container: inout KeyedEncodingContainer<OptionKey>, whole: Bool) throws {
    for (key, field) in fields { try field.write(into: &container, key, whole: whole) }
  }

  private var fields: [(OptionKey, any StoredField)] {
    Mirror(reflecting: self).children.compactMap { child in
      // A property `width` is kept in one called `_width`.
      guard let field = child.value as? any StoredField, let label = child.label else { return nil }
      return (OptionKey(label.dropFirst()), field)
    }
  }
}

/// What files do with an option.
public enum StoredRule<Value: Sendable>: Sendable {
  /// Always there; a file without it is broken.
  case required
  /// Always written; older files that lack it mean this value.
  case missing(Value)
  /// Written where it is not this value, and meaning it where it is not there.
  case omitted(Value)
}

/// An option that is kept in files, see `StoredOptions`. Without a rule it is always written, and files that lack it
/// mean the default.
@propertyWrapper
public struct Stored<Value: Codable & Sendable & Equatable>: Sendable, Equatable {
  private var box: Box<Value>
  private let rule: StoredRule<Value>?

  public init(wrappedValue: Value, _ rule: StoredRule<Value>? = nil) {
    (box, self.rule) = (Box(wrappedValue), rule)
  }

  public var wrappedValue: Value {
    get { box.value }
    set { if isKnownUniquelyReferenced(&box) { box.value = newValue } else { box = Box(newValue) } }
  }

  public static func == (one: Stored, other: Stored) -> Bool { one.wrappedValue == other.wrappedValue }
}

extension Stored: StoredField {
  fileprivate func read(
    _ container: KeyedDecodingContainer<OptionKey>, _ key: OptionKey, keepsMissing: Bool
  ) throws {
    if container.contains(key) {
      box.value = try container.decode(Value.self, forKey: key)
    } else if !keepsMissing {
      switch rule {
      case .required:
        throw DecodingError.keyNotFound(key, .init(codingPath: container.codingPath, debugDescription: ""))
      case .missing(let value), .omitted(let value): box.value = value
      case nil: break
      }
    }
  }

  fileprivate func write(
    into container: inout KeyedEncodingContainer<OptionKey>, _ key: OptionKey, whole: Bool
  ) throws {
    if case .omitted(let value) = rule, value == box.value, !whole { return }
    if let optional = box.value as? any OptionalValue, optional.isNil { return }
    try container.encode(box.value, forKey: key)
  }
}

/// Options within options whose keys lie among the outer ones'.
@propertyWrapper
public struct Flattened<Options: StoredOptions>: Sendable, Equatable {
  private var box: Box<Options>
  private let missing: @Sendable () -> Options

  /// - Parameters:
  ///   - wrappedValue: the default.
  ///   - missing: what files mean that lack some of the keys, or all.
  public init(wrappedValue: Options, missing: @autoclosure @escaping @Sendable () -> Options) {
    (box, self.missing) = (Box(wrappedValue), missing)
  }

  public var wrappedValue: Options {
    get { box.value }
    set { if isKnownUniquelyReferenced(&box) { box.value = newValue } else { box = Box(newValue) } }
  }

  public static func == (one: Flattened, other: Flattened) -> Bool { one.wrappedValue == other.wrappedValue }
}

extension Flattened: StoredField {
  fileprivate func read(
    _ container: KeyedDecodingContainer<OptionKey>, _ key: OptionKey, keepsMissing: Bool
  ) throws {
    let options = missing()
    try options.read(container, keepsMissing: true)
    box.value = options
  }

  fileprivate func write(
    into container: inout KeyedEncodingContainer<OptionKey>, _ key: OptionKey, whole: Bool
  ) throws { try box.value.write(into: &container, whole: true) }
}

private protocol StoredField {
  /// - Parameter keepsMissing: leave the value as it is where the file lacks the key.
  func read(_ container: KeyedDecodingContainer<OptionKey>, _ key: OptionKey, keepsMissing: Bool) throws
  /// - Parameter whole: leave nothing out.
  func write(into container: inout KeyedEncodingContainer<OptionKey>, _ key: OptionKey, whole: Bool) throws
}

/// Where a value is kept, so that reading can fill it in without knowing which property it is.
///
/// `@unchecked Sendable`: written only while one owner has it, see `Stored.wrappedValue` and `StoredOptions.init(from:)`.
private final class Box<Value>: @unchecked Sendable {
  var value: Value
  init(_ value: Value) { self.value = value }
}

private struct OptionKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }
  init(_ name: some StringProtocol) { stringValue = String(name) }
  init?(stringValue: String) { self.init(stringValue) }
  init?(intValue: Int) { nil }
}

private protocol OptionalValue {
  var isNil: Bool { get }
}
extension Optional: OptionalValue {
  fileprivate var isNil: Bool { self == nil }
}
