import Captioning
import Terminal

/// How captions are drawn; a change draws the selected photo's anew.
extension BrowserModel {
  /// - Returns: nil when the action is not about drawing captions.
  mutating func draw(_ action: Action) -> [Effect]? {
    let settings = captions.settings
    switch action {
    case .caption: return captionSelected()
    case .lessTopK: return set(.topK(max(1, settings.topK - 1)))
    case .moreTopK: return set(.topK(min(captions.topKs.upperBound, settings.topK + 1)))
    case .cooler: return set(.temperature(Self.temperature(settings.temperature, by: -1)))
    case .warmer: return set(.temperature(Self.temperature(settings.temperature, by: 1)))
    case .sampleAgain: return sampleAgain()
    case .type(let setting): prompt = .number(setting, LineEditor())
    case .fewerSamples: return changeSamples(by: -1)
    case .moreSamples: return changeSamples(by: 1)
    case .mode: return set(.mode(Self.next(settings.mode)))
    case .set(let change): return set(change)
    case .pick(let index): choose(index)
    default: return nil
    }
    return []
  }

  /// Temperatures go in tenths, without the drift of adding 0.1 many times.
  private static func temperature(_ value: Float, by tenths: Float) -> Float {
    let next = ((value * 10).rounded() + tenths) / 10
    return min(max(next, Captions.temperatures.lowerBound), Captions.temperatures.upperBound)
  }

  private static func next(_ mode: DecodingSettings.Mode) -> DecodingSettings.Mode {
    switch mode {
    case .sample: .greedy
    case .greedy: .beam(width: Captions.beamWidth)
    case .beam: .sample
    }
  }

  /// The next seeds: each caption uses one.
  private mutating func sampleAgain() -> [Effect] {
    let settings = captions.settings
    guard settings.mode == .sample else {
      inform("greedy and beam have one outcome: d goes back to sampling")
      return []
    }
    let effects = set(.seed(settings.seed &+ UInt64(max(1, settings.samples))), label: "sampling")
    return effects.isEmpty && prompt == nil ? captionSelected() : effects
  }

  /// One caption more or less or, searching by beam, one sentence kept more or less.
  private mutating func changeSamples(by step: Int) -> [Effect] {
    func changed(_ count: Int) -> Int { min(max(1, count + step), Captions.mostSamples) }
    switch captions.settings.mode {
    case .sample: return set(.samples(changed(captions.settings.samples)))
    case .beam(let width): return set(.beamWidth(changed(width)))
    case .greedy:
      inform("greedy has one outcome: d goes on to beam")
      return []
    }
  }

  /// Sets a number as typed.
  mutating func end(_ setting: NumberSetting, _ text: String) -> [Effect] {
    prompt = nil
    let text = text.filter { !$0.isWhitespace }
    guard !text.isEmpty else { return [] }
    guard let change = setting.change(text, topKs: captions.topKs) else {
      let isTooMany = setting == .topK && captions.words != nil && (Int(text) ?? 0) > 0
      warn(setting.refusal(text, topKs: captions.topKs) + (isTooMany ? ", the words the network knows" : ""))
      return []
    }
    return set(change)
  }

  /// Changes a setting and draws the selected photo's captions anew, from its encoded grid; asks first where that would
  /// lose an edited caption.
  private mutating func set(_ change: SettingsChange, label: String? = nil) -> [Effect] {
    let (settings, label) = (change.applied(to: captions.settings), label ?? change.label)
    guard settings != captions.settings, !asksBeforeDrawing(settings, label) else { return [] }
    remember(label)
    captions.settings = settings
    guard let photo, record != nil || captions.isWorking(on: photo.path) else { return [] }
    return draw(settings)
  }
}

extension BrowserModel {
  /// Has what the user set kept for later runs.
  func keepSettings() -> [Effect] {
    let settings = captions.settings
    let temperature = min(
      max(settings.temperature, Captions.temperatures.lowerBound), Captions.temperatures.upperBound)
    return [
      .keepSettings(
        KeptSettings(
          theme: appearance.themeSource, topK: min(settings.topK, Captions.largestTopK), temperature: temperature,
          symbols: appearance.symbols))
    ]
  }
}
