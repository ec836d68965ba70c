import TestSupport
import Testing

@testable import Captioning
@testable import Raster

@Suite("A text is told word by word as the network reads it")
struct RecitingTests {
  private let captioner: Captioner
  private let photo: EncodedImage

  init() throws {
    captioner = try Captioner.random(
      .tiny, inputSize: 32, width: 12, words: ["a", "dog", "cat", "runs", "in", "the", "grass"], seed: 3)
    let pixels = (0..<40 * 30 * 3).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    photo = try captioner.encode(PixelImage(width: 40, height: 30, pixels: pixels))
  }

  @Test("what it drew has the maps and the log-probability it was drawn with") func ownWords() throws {
    var settings = DecodingSettings(samples: 6, minWords: 3, maxWords: 9)
    settings.seed = 5
    let drawn = try captioner.captions(for: photo, settings: settings).filter(\.finished)
    try #require(!drawn.isEmpty)
    for caption in drawn {
      let recited = try captioner.recited(caption.text, for: photo)
      #expect(recited.isRecited && recited.finished && recited.text == caption.text)
      #expect(abs(recited.logProbability - caption.logProbability) < 1e-4)
      for (word, original) in zip(recited.words, caption.words) {
        #expect(word.token == original.token && word.attention == original.attention)
        #expect(abs(word.logProbability - original.logProbability) < 1e-5)
        #expect(abs(word.probability - exponential(word.logProbability)) < 1e-6)
        #expect(word.alternatives.map(\.probability) == word.alternatives.map(\.probability).sorted(by: >))
        let own = word.alternatives.first { $0.token == word.token }
        #expect(own.map { abs($0.probability - word.probability) < 1e-6 } ?? (word.alternatives.count == 10))
      }
    }
  }

  @Test("words keep their writer's spelling; the network reads what it knows of them") func spelling() throws {
    let recited = try captioner.recited("A Dog, unheard-of – runs!", for: photo)
    #expect(recited.words.map(\.word) == ["A", "Dog,", "unheard-of", "–", "runs!"])
    #expect(recited.words.map { $0.tokens.map(\.text) } == [["a"], ["dog"], ["[UNK]"], ["[UNK]"], ["runs"]])
    let dash = try captioner.recited("a dog - runs\u{1B}[2J", for: photo)
    #expect(dash.words.map(\.word) == ["a", "dog -", "runs\u{FFFD}[2J"])
    for word in dash.words {
      #expect(!word.alternatives.contains { captioner.text.neverEmitted.contains($0.token) })
    }
  }

  @Test("each line is a caption of its own") func lines() throws {
    let (one, two) = (try captioner.recited("a dog", for: photo), try captioner.recited("the cat runs", for: photo))
    let both = try captioner.recited("\na dog\r\nthe cat runs\n", for: photo)
    #expect(both.words == one.words + two.words)
    #expect(abs(both.logProbability - one.logProbability - two.logProbability) < 1e-5)
  }

  @Test("what is no caption is refused") func wrong() throws {
    for (text, says) in [
      ("", "no words"), (" - \n", "no words"),
      (String(repeating: "a ", count: 65), "65 words in a line, expected at most 64"),
    ] {
      let error = #expect(throws: CaptioningError.self) { try captioner.recited(text, for: photo) }
      #expect(error?.description.contains(says) == true)
    }
    #expect(try captioner.recited(String(repeating: "a ", count: 64), for: photo).words.count == 64)
    #expect(throws: CancellationError.self) { try captioner.recited("a", for: photo) { true } }
  }
}
