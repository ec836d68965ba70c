import ArgumentParser
import Captioning

/// The flags that say how captions are drawn, shared by the commands that draw them.
struct DecodingFlags: ParsableArguments {
  @Option(help: "Captions to draw of each image (default: \(DecodingSettings().samples)).")
  var samples: Int?

  @Option(help: "Draw each word from the K likeliest (default: \(DecodingSettings().topK)).")
  var topK: Int?

  @Option(
    help: "Divide the logits by T: below 1 safer, above 1 more varied (default: \(DecodingSettings().temperature)).")
  var temperature: Float?

  @Option(help: "Seed of the first caption; caption i uses SEED + i (default: \(DecodingSettings().seed)).")
  var seed: UInt64?

  @Flag(help: "Always take the likeliest word; one caption.")
  var greedy = false

  @Option(help: "Search with the N likeliest sentences at each step; one caption.")
  var beam: Int?

  @Option(help: "Do not end a caption before N words.")
  var minWords = DecodingSettings().minWords

  @Option(help: "End a caption after N words at most, 1 to 64.")
  var maxWords = DecodingSettings().maxWords

  @Option(help: ArgumentHelp("What captions go on from, where the network takes it.", valueName: "text"))
  var prompt: String?

  @Option(help: ArgumentHelp("What captions begin with, and are told with.", valueName: "text"))
  var prefix: String?

  func validate() throws {
    if let samples { try FlagCheck.check("--samples", samples, (1...10_000).contains(samples), "1…10000") }
    try FlagCheck.checkDecoding(
      beam: beam, topK: topK ?? 1, temperature: temperature ?? 1, words: (minWords, maxWords))
    // One caption is what greedy and beam give.
    try FlagCheck.checkOneWay(
      greedy: greedy, beam: beam,
      sampling: [
        ("--samples", (samples ?? 1) > 1), ("--top-k", topK != nil), ("--temperature", temperature != nil),
        ("--seed", seed != nil),
      ])
  }

  var settings: DecodingSettings {
    var settings = DecodingSettings(minWords: minWords, maxWords: maxWords, prompt: prompt)
    settings.mode = beam.map { .beam(width: $0) } ?? (greedy ? .greedy : .sample)
    settings.topK = topK ?? settings.topK
    settings.temperature = temperature ?? settings.temperature
    settings.seed = seed ?? settings.seed
    settings.samples = greedy || beam != nil ? 1 : samples ?? settings.samples
    return settings
  }

  /// The same with the prefix, as the network reads it.
  func settings(for captioner: Captioner) throws -> DecodingSettings {
    var settings = settings
    settings.prefix = try FlagCheck.prefix(prefix, settings, for: captioner)
    return settings
  }

  /// Checks what only the weights can tell.
  func validate(for captioner: Captioner) throws {
    try FlagCheck.checkPrompt(prompt, for: captioner)
    if !greedy && beam == nil { try FlagCheck.checkTopK(settings.topK, for: captioner.description) }
  }
}
