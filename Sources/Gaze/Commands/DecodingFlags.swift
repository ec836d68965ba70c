import ArgumentParser
import Captioning

/// The flags that say how captions are drawn, shared by the commands that draw them.
struct DecodingFlags: ParsableArguments {
  @Option(help: "Captions to draw of each image.")
  var samples = DecodingSettings().samples

  @Option(help: "Draw each word from the K likeliest.")
  var topK = DecodingSettings().topK

  @Option(help: "Divide the logits by T: below 1 safer, above 1 more varied.")
  var temperature = DecodingSettings().temperature

  @Option(help: "Seed of the first caption; caption i uses SEED + i.")
  var seed = DecodingSettings().seed

  @Flag(help: "Always take the likeliest word; one caption.")
  var greedy = false

  @Option(help: "Search with the N likeliest sentences at each step; one caption.")
  var beam: Int?

  @Option(help: "Do not end a caption before N words.")
  var minWords = DecodingSettings().minWords

  @Option(help: "End a caption after N words at most, 1 to 64.")
  var maxWords = DecodingSettings().maxWords

  func validate() throws {
    try FlagCheck.check("--samples", samples, (1...10_000).contains(samples), "1…10000")
    try FlagCheck.checkDecoding(beam: beam, topK: topK, temperature: temperature, words: (minWords, maxWords))
    if greedy && beam != nil { throw ValidationError("--greedy and --beam: only one of them can be given") }
  }

  var settings: DecodingSettings {
    DecodingSettings(
      mode: beam.map { .beam(width: $0) } ?? (greedy ? .greedy : .sample), topK: topK, temperature: temperature,
      seed: seed, samples: greedy || beam != nil ? 1 : samples, minWords: minWords, maxWords: maxWords)
  }

  /// Checks what only the weights can tell.
  func validate(for description: ModelDescription) throws { try FlagCheck.checkTopK(topK, for: description) }
}
