import Training

/// A flag and the option of a run that it sets. Given again where a run is taken up, it must say what the run goes by.
struct OptionSetting<Options: Equatable & Sendable> {
  let flag: String
  /// Nil where the flag was not given.
  private let assign: ((inout Options) -> Void)?
  /// What the run was begun with instead, in words.
  private let difference: (Options) -> String

  /// - Parameter value: what was given; nil where nothing was.
  init<Value: Equatable & Sendable>(_ flag: String, _ value: Value?, _ path: WritableKeyPath<Options, Value>) {
    self.flag = flag
    assign = value.map { value in { $0[keyPath: path] = value } }
    difference = { options in
      "\(value.map(Self.text) ?? ""), but the run was begun with \(Self.text(options[keyPath: path]))"
    }
  }

  /// A flag that is on or off.
  /// - Parameter name: without its dashes.
  init(switch name: String, _ value: Bool?, _ path: WritableKeyPath<Options, Bool>) {
    flag = value == false ? "--no-\(name)" : "--\(name)"
    assign = value.map { value in { $0[keyPath: path] = value } }
    difference = { _ in "the run was begun without it" }
  }

  /// As the flag has it.
  private static func text(_ value: some Equatable) -> String {
    switch value {
    case let value as TrainingOptions.Loss: value.name
    case let value as any RawRepresentable<String>: value.rawValue
    case let value as Float?: value.map { "\($0)" } ?? "none"
    default: "\(value)"
    }
  }

  var isGiven: Bool { assign != nil }

  func apply(to options: inout Options) { assign?(&options) }

  /// What the flag says and what a run goes by, where these differ.
  func contradiction(of options: Options) -> String? {
    guard let assign else { return nil }
    var changed = options
    assign(&changed)
    return changed == options ? nil : "\(flag): \(difference(options))"
  }
}
