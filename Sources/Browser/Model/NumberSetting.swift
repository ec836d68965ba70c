/// A setting whose number is typed.
package enum NumberSetting: Sendable, Equatable, CaseIterable {
  case topK, temperature, seed

  /// What is asked for.
  /// - Parameter topKs: from how many likeliest words can be drawn.
  func label(topKs: ClosedRange<Int>) -> String {
    let range =
      switch self {
      case .topK: "1 to \(topKs.upperBound)"
      case .temperature: "0.1 to 5"
      case .seed: "a whole number"
      }
    return "\(name) (\(range)): "
  }

  private var name: String {
    switch self {
    case .topK: "k"
    case .temperature: "temperature"
    case .seed: "seed"
    }
  }

  /// The change that a text asks for; nil where it is no such number or out of range.
  func change(_ text: String, topKs: ClosedRange<Int>) -> SettingsChange? {
    switch self {
    case .topK: Int(text).flatMap { topKs.contains($0) ? .topK($0) : nil }
    case .temperature: Float(text).flatMap { Captions.temperatures.contains($0) ? .temperature($0) : nil }
    case .seed: UInt64(text).map(SettingsChange.seed)
    }
  }

  /// Why a text is refused.
  func refusal(_ text: String, topKs: ClosedRange<Int>) -> String {
    let expectation =
      switch self {
      case .topK: "a whole number from 1 to \(topKs.upperBound)"
      case .temperature: "a number from 0.1 to 5"
      case .seed: "a whole number from 0 to \(UInt64.max)"
      }
    return "'\(text)' is no \(name): expected \(expectation)"
  }
}
