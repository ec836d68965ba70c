import Captioning

/// The settings, changed by words.
enum PlainSettings {
  /// What a line asks to be changed; nil when its argument makes no sense.
  /// - Parameter topKs: from how many likeliest words can be drawn.
  static func change(
    _ meaning: PlainLanguage.Meaning, _ argument: String, topKs: ClosedRange<Int>
  ) -> SettingsChange? {
    switch meaning {
    case .topK: return NumberSetting.topK.change(argument, topKs: topKs)
    case .temperature: return NumberSetting.temperature.change(argument, topKs: topKs)
    case .seed: return NumberSetting.seed.change(argument, topKs: topKs)
    case .samples: return Int(argument).flatMap { (1...100).contains($0) ? .samples($0) : nil }
    default:
      let modes: [String: DecodingSettings.Mode] = [
        "sample": .sample, "greedy": .greedy, "beam": .beam(width: Captions.beamWidth),
      ]
      return modes[argument.lowercased()].map(SettingsChange.mode)
    }
  }

  static func expectation(_ meaning: PlainLanguage.Meaning, topKs: ClosedRange<Int>) -> String {
    switch meaning {
    case .topK: "Expected k and a number from 1 to \(topKs.upperBound), such as k 5."
    case .temperature: "Expected temperature and a number from 0.1 to 5, such as temperature 0.8."
    case .seed: "Expected seed and a whole number, such as seed 7."
    case .samples: "Expected samples and a number from 1 to 100, such as samples 3."
    default: "Expected mode and one of sample, greedy and beam."
    }
  }
}
