/// A setting whose number is typed.
package enum NumberSetting: Sendable, Equatable, CaseIterable {
  case topK, temperature, seed

  /// What is asked for.
  var label: String { "\(name) (\(range)): " }

  private var name: String {
    switch self {
    case .topK: "k"
    case .temperature: "temperature"
    case .seed: "seed"
    }
  }

  private var range: String {
    switch self {
    case .topK: "1 to \(Captions.largestTopK)"
    case .temperature: "0.1 to 5"
    case .seed: "a whole number"
    }
  }

  /// The change that a text asks for; nil where it is no such number or out of range.
  func change(_ text: String) -> SettingsChange? {
    switch self {
    case .topK: Int(text).flatMap { (1...Captions.largestTopK).contains($0) ? .topK($0) : nil }
    case .temperature: Float(text).flatMap { Captions.temperatures.contains($0) ? .temperature($0) : nil }
    case .seed: UInt64(text).map(SettingsChange.seed)
    }
  }

  /// Why a text is refused.
  func refusal(_ text: String) -> String {
    "'\(text)' is no \(self == .seed ? "seed" : name): expected \(expectation)"
  }

  private var expectation: String {
    switch self {
    case .topK: "a whole number from 1 to \(Captions.largestTopK)"
    case .temperature: "a number from 0.1 to 5"
    case .seed: "a whole number from 0 to \(UInt64.max)"
    }
  }
}
