import ArgumentParser
import Captioning

/// The flags that say how one caption of a photo is drawn, for the commands that need just one.
struct SingleCaptionFlags: ParsableArguments {
  @Flag(help: "Always take the likeliest word.")
  var greedy = false

  @Option(help: "Search with the N likeliest sentences at each step.")
  var beam: Int?

  @Option(help: "Sample: draw each word from the K likeliest.")
  var topK: Int?

  @Option(help: "Sample: divide the logits by T; below 1 safer, above 1 more varied.")
  var temperature: Float?

  @Option(help: "Sample: seed of the caption.")
  var seed: UInt64?

  @Option(help: "Do not end a caption before N words.")
  var minWords = DecodingSettings().minWords

  @Option(help: "End a caption after N words at most, 1 to 64.")
  var maxWords = DecodingSettings().maxWords

  @Option(help: ArgumentHelp("What captions go on from, where the network takes it.", valueName: "text"))
  var prompt: String?

  @Option(help: ArgumentHelp("What the caption begins with.", valueName: "text"))
  var prefix: String?

  /// Whether a flag was given that only sampling heeds.
  private var samples: Bool { topK != nil || temperature != nil || seed != nil }

  /// Whether a flag was given that says how.
  var isGiven: Bool {
    let defaults = DecodingSettings()
    return greedy || beam != nil || samples || prompt != nil || prefix != nil
      || (minWords, maxWords) != (defaults.minWords, defaults.maxWords)
  }

  func validate() throws {
    try FlagCheck.checkOneWay(
      greedy: greedy, beam: beam,
      sampling: [("--top-k", topK != nil), ("--temperature", temperature != nil), ("--seed", seed != nil)])
    try FlagCheck.checkDecoding(
      beam: beam, topK: topK ?? 1, temperature: temperature ?? 1, words: (minWords, maxWords))
  }

  /// - Parameter mode: how captions are drawn when no flag says.
  /// - Throws: where the network cannot begin with the prefix.
  func settings(otherwise mode: DecodingSettings.Mode, for captioner: Captioner) throws -> DecodingSettings {
    var settings = settings(otherwise: mode)
    settings.prefix = try FlagCheck.prefix(prefix, settings, for: captioner)
    return settings
  }

  /// The same without the prefix, which takes a network to read.
  /// - Parameter mode: how captions are drawn when no flag says.
  private func settings(otherwise mode: DecodingSettings.Mode) -> DecodingSettings {
    var settings = DecodingSettings(samples: 1, minWords: minWords, maxWords: maxWords, prompt: prompt)
    settings.mode = beam.map { .beam(width: $0) } ?? (greedy ? .greedy : samples ? .sample : mode)
    settings.topK = topK ?? settings.topK
    settings.temperature = temperature ?? settings.temperature
    settings.seed = seed ?? settings.seed
    return settings
  }

  /// Checks what only the weights can tell.
  func validate(for captioner: Captioner) throws {
    try FlagCheck.checkPrompt(prompt, for: captioner)
    if let topK { try FlagCheck.checkTopK(topK, for: captioner.description) }
  }
}
