import TestSupport
import Testing

@testable import Captioning
@testable import Raster

@Suite("Captions begin with given words and go on from there")
struct CaptionPrefixTests {
  private static func small() throws -> (Captioner, EncodedImage) {
    let captioner = try Captioner.random(
      .tiny, inputSize: 32, width: 12, words: ["a", "dog", "cat", "runs", "in", "the", "grass"], seed: 3)
    let pixels = (0..<40 * 30 * 3).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    return (captioner, try captioner.encode(PixelImage(width: 40, height: 30, pixels: pixels)))
  }

  private static func folder(_ name: String) throws -> (Captioner, EncodedImage) {
    let captioner = try Captioner(weightsAt: Fixtures.path("transformers/\(name)"))
    return (captioner, try captioner.encode(ImageDecoder.decode(path: Fixtures.path("transformers/wide.png"))))
  }

  static let networks = ["small"] + HuggingFaceFolderTests.folders

  private func network(_ name: String) throws -> (Captioner, EncodedImage) {
    try name == "small" ? Self.small() : Self.folder(name)
  }

  @Test("given words are as likely and have the maps that reciting them tells", arguments: networks)
  func recited(name: String) throws {
    let (captioner, photo) = try network(name)
    let prefix = try captioner.prefix("a dog runs")
    for mode in [DecodingSettings.Mode.sample, .greedy, .beam(width: 3)] {
      let settings = DecodingSettings(mode: mode, topK: 2, samples: 3, maxWords: 9, prefix: prefix)
      let captions = try captioner.captions(for: photo, settings: settings)
      #expect(captions.count == (mode == .sample ? 3 : 1))
      let recited = try captioner.recited("a dog runs", for: photo)
      for caption in captions {
        let given = caption.words.flatMap(\.tokens).prefix(prefix.tokens.count)
        #expect(given.map(\.token) == prefix.tokens && given.allSatisfy(\.isGiven))
        #expect(caption.words.flatMap(\.tokens).dropFirst(prefix.tokens.count).allSatisfy { !$0.isGiven })
        for (one, other) in zip(given, recited.words.flatMap(\.tokens)) {
          #expect(abs(one.logProbability - other.logProbability) < 1e-4 && one.rank == other.rank)
          #expect(abs(one.probability - exponential(one.logProbability)) < 1e-5)
        }
        for (one, other) in zip(caption.words.prefix(2), recited.words) {
          #expect(zip(one.attention.values, other.attention.values).allSatisfy { abs($0 - $1) < 1e-5 })
          #expect(one.alternatives.map(\.token) == other.alternatives.map(\.token))
        }
        #expect(caption.settings.prefix == prefix)
      }
    }
  }

  @Test("a caption that begins with what its seed had drawn goes on as it did", arguments: networks)
  func ownWords(name: String) throws {
    let (captioner, photo) = try network(name)
    for seed in 1...6 as ClosedRange<UInt64> {
      var settings = DecodingSettings(seed: seed, samples: 1, minWords: 3, maxWords: 8)
      let drawn = try captioner.captions(for: photo, settings: settings)[0]
      let tokens = drawn.words.flatMap { $0.tokens.map(\.token) }
      for count in [1, tokens.count / 2, tokens.count] {
        settings.prefix = CaptionPrefix(text: "", tokens: Array(tokens.prefix(count)))
        let again = try captioner.captions(for: photo, settings: settings)[0]
        #expect(again.words.flatMap { $0.tokens.map(\.token) } == tokens && again.finished == drawn.finished)
        #expect(abs(again.logProbability - drawn.logProbability) < 1e-4)
      }
    }
  }

  @Test("greedy goes on with the likeliest words after it", arguments: networks) func greedy(name: String) throws {
    let (captioner, photo) = try network(name)
    let settings = DecodingSettings(mode: .greedy, maxWords: 5, prefix: try captioner.prefix("the dog"))
    let caption = try captioner.captions(for: photo, settings: settings)[0]
    let recited = try captioner.recited(caption, for: photo)
    for word in recited.words.dropFirst(2) { #expect(word.tokens.allSatisfy { $0.rank == 1 }) }
    #expect(caption.words.flatMap(\.tokens).count > 2 || caption.finished)
  }

  @Test("an alternative of a word is taken in its place; an end that is taken ends the caption") func alternative()
    throws
  {
    let (captioner, photo) = try Self.small()
    let drawn = try captioner.captions(
      for: photo, settings: DecodingSettings(seed: 2, samples: 1, minWords: 4, maxWords: 8))[0]
    for alternative in drawn.words[2].alternatives {
      let prefix = CaptionPrefix(drawn, before: 2, then: alternative)
      #expect(prefix.tokens == [drawn.words[0].token, drawn.words[1].token, alternative.token])
      #expect(prefix.text == "\(drawn.words[0].word) \(drawn.words[1].word) \(alternative.word)")
      for mode in [DecodingSettings.Mode.sample, .greedy, .beam(width: 2)] {
        let settings = DecodingSettings(mode: mode, samples: 1, maxWords: 6, prefix: prefix)
        let branch = try captioner.captions(for: photo, settings: settings)[0]
        if alternative.token == captioner.text.endToken {
          #expect(branch.words.count == 2 && branch.finished)
        } else {
          #expect(branch.words.prefix(3).map(\.token) == prefix.tokens)
        }
      }
    }
    let lines = try captioner.recited("a cat\nthe dog runs", for: photo)
    #expect(CaptionPrefix(lines, before: 3, then: lines.words[0].alternatives[0]).tokens.first == lines.words[2].token)
  }

  @Test("words the network does not know, none, or too many are refused by name") func refusals() throws {
    let (captioner, photo) = try Self.small()
    for (text, says) in [
      ("a zebra runs", "prefix: zebra, expected words the network knows"),
      (" - ", "prefix: no words the network could read"),
      ("a <end> dog", "prefix: a <end> dog, expected words the network knows"),
      (String(repeating: "a ", count: 65), "prefix: 65 words, expected at most 64"),
    ] {
      let error = #expect(throws: CaptioningError.self) { try captioner.prefix(text) }
      #expect(error?.description == says)
    }
    let settings = DecodingSettings(maxWords: 2, prefix: try captioner.prefix("a dog runs"))
    let error = #expect(throws: CaptioningError.self) { try captioner.captions(for: photo, settings: settings) }
    #expect(error?.description == "prefix: 3 words, expected at most 2")
    for tokens in [[], [99], [-1], [0, 4], [3, 4]] {
      let settings = DecodingSettings(prefix: CaptionPrefix(text: "x", tokens: tokens))
      #expect(throws: CaptioningError.self) { try captioner.captions(for: photo, settings: settings) }
    }
  }
}
