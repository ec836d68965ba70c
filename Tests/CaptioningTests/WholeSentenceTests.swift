import Raster
import Tensors
import TestSupport
import Testing

@testable import Captioning

@Suite("Maps of whole sentences at once") struct WholeSentenceTests {
  private typealias Context = CrossAttentionDecoder.Context

  private func captioner(_ folder: String) throws -> Captioner {
    try Captioner(weightsAt: Fixtures.path("transformers/\(folder)"))
  }

  private func context(_ captioner: Captioner) throws -> Context {
    let picture = try ImageDecoder.decode(path: Fixtures.path("transformers/wide.png"))
    return try #require(captioner.encode(picture).context as? Context)
  }

  /// Few rows, which read weights as they lie, and many, which lay them out first; sentences of one step, and of most.
  private static let sentences = [
    [[5, 40, 17, 60, 9, 30]],
    [[5, 40, 17], [50, 7], [40, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27]],
  ]

  @Test(
    "equal those made a token at a time, in every layer and head, and so do logits",
    arguments: HuggingFaceFolderTests.folders, [MapKind.gradient, .value])
  func steps(folder: String, kind: MapKind) throws {
    let captioner = try captioner(folder)
    let context = try context(captioner)
    for tails in Self.sentences {
      let sentences = tails.map { captioner.text.startTokens + $0 }
      let whole = try #require(context.steps(through: sentences, maps: kind, checkCancelled: {}))
      var row = 0
      for sentence in sentences {
        var states = context.start(1)
        for (token, next) in zip(sentence, sentence.dropFirst()) {
          let step = context.step([token], states: states, maps: kind, next: [next])
          expectClose(whole.logits.row(row), step.logits.row(0))
          expectClose(whole.attention.weights.row(row), step.attention.weights.row(0))
          for choice in [MapChoice(), MapChoice(layer: 1), MapChoice(layer: 0, head: 2)] {
            let (one, other) = (
              whole.attention.map(row, layer: choice.layer, head: choice.head),
              step.attention.map(0, layer: choice.layer, head: choice.head)
            )
            #expect(abs(one.outside - other.outside) < 1e-4)
            for (one, other) in zip(one.values, other.values) { #expect(abs(one - other) < 1e-5) }
          }
          // Whoever goes on from there finds what a sentence read token by token left.
          let again = context.step([token], states: whole.before.rows([row]))
          expectClose(again.logits.row(0), step.logits.row(0))
          states = step.states
          row += 1
        }
      }
      #expect(row == whole.logits.shape[0])
    }
  }

  /// Within 1e-4 of the largest.
  private func expectClose(_ found: UnsafeBufferPointer<Float>, _ wanted: UnsafeBufferPointer<Float>) {
    let largest = wanted.map(abs).max() ?? 0
    let gap = zip(found, wanted).map { abs($0 - $1) }.max() ?? .infinity
    #expect(found.count == wanted.count && largest > 0 && gap <= 1e-4 * largest, "\(gap) of \(largest)")
  }

  @Test(
    "gradients do not go from one token to another: a token's are those of its sentence cut off behind it",
    arguments: HuggingFaceFolderTests.folders)
  func independence(folder: String) throws {
    let context = try context(captioner(folder))
    let sentence = [5, 40, 17, 60, 9, 30]
    func gradients(_ count: Int) -> [Tensor] {
      var pass = TokenPass(context: context, lengths: [count], isTaped: true)
      _ = pass.logits(Array(sentence[..<count]))
      return pass.weightGradients(of: Array(sentence[1...count]))
    }
    let (long, short) = (gradients(5), gradients(3))
    for (long, short) in zip(long, short) {
      for row in 0..<3 { expectClose(long.row(row), short.row(row)) }
    }
  }

  @Test("many sentences are read in groups, each token in its place") func groups() throws {
    let captioner = try captioner("vit-gpt2")
    let context = try context(captioner)
    let sentences = (0..<9).map { number in [3] + (0..<(number == 4 ? 0 : 3 * number + 1)).map { 5 + number + $0 } }
    let forced = TeacherForcing(context, sentences, maps: MapChoice(kind: .gradient, layer: 1))
    #expect(forced.tokens.map { $0.map(\.token) } == sentences.map { Array($0.dropFirst()) })
    for (sentence, tokens) in zip(sentences, forced.tokens) where !tokens.isEmpty {
      let alone = TeacherForcing(context, [sentence], maps: MapChoice(kind: .gradient, layer: 1)).tokens[0]
      for (token, alone) in zip(tokens, alone) {
        #expect(abs(token.logProbability - alone.logProbability) < 1e-4)
        #expect(abs(token.logProbability(in: context) - alone.logProbability) < 1e-4)
        for (one, other) in zip(token.attention.values, alone.attention.values) { #expect(abs(one - other) < 1e-5) }
      }
    }
  }

  @Test("ends between any two layers, forward and back", arguments: [MapKind.gradient, .value])
  func cancelling(kind: MapKind) throws {
    let context = try context(captioner("blip"))
    struct Ended: Error {}
    func ask(_ most: Int) -> (asked: Int, isEnded: Bool) {
      var asked = 0
      func check() throws {
        asked += 1
        if asked > most { throw Ended() }
      }
      func run() throws { _ = try context.steps(through: [[2, 5, 40]], maps: kind, checkCancelled: check) }
      do {
        try run()
        return (asked, false)
      } catch { return (asked, true) }
    }
    // Three layers, there and back.
    #expect(ask(100) == (6, false))
    for most in 0..<6 { #expect(ask(most) == (most + 1, true)) }
  }

  @Test("drawing, a prompt's tokens and beam search end between any two layers") func cancellingSteps() throws {
    let captioner = try captioner("blip")
    let image = try captioner.encode(ImageDecoder.decode(path: Fixtures.path("transformers/wide.png")))
    let layers = try #require(captioner.decoder as? CrossAttentionDecoder).layers.count
    for mode in [DecodingSettings.Mode.greedy, .sample, .beam(width: 2)] {
      var settings = DecodingSettings()
      settings.mode = mode
      settings.samples = 2
      settings.maxWords = 2
      func ask(_ most: Int) -> (asked: Int, isEnded: Bool) {
        var asked = 0
        let captions = try? captioner.captions(
          for: image, settings: settings, isCancelled: { (asked += 1, asked > most).1 })
        return (asked, captions == nil)
      }
      let all = ask(.max).asked
      #expect(all >= 2 * layers && all % layers == 0)
      for most in 0..<min(all, 4 * layers) { #expect(ask(most) == (most + 1, true)) }
    }
  }

  @Test("what a decoder makes of a photo before the first word ends between any two layers") func preparing() throws {
    let captioner = try captioner("blip")
    let decoder = try #require(captioner.decoder as? CrossAttentionDecoder)
    let image = try captioner.encode(ImageDecoder.decode(path: Fixtures.path("transformers/wide.png")))
    struct Ended: Error {}
    for most in 0...decoder.layers.count {
      var asked = 0
      func prepare() throws {
        _ = try decoder.prepare(image.features) {
          asked += 1
          if asked > most { throw Ended() }
        }
      }
      if most < decoder.layers.count { #expect(throws: Ended.self) { try prepare() } } else { try prepare() }
      #expect(asked == min(most + 1, decoder.layers.count))
    }
    // And so the captioner asks there too: each question that encoding asks, and no fewer.
    var asked = 0
    let picture = try ImageDecoder.decode(path: Fixtures.path("transformers/wide.png"))
    _ = try captioner.encode(picture, isCancelled: { (asked += 1, false).1 })
    for most in 0..<asked {
      var count = 0
      #expect(throws: CancellationError.self) {
        try captioner.encode(picture, isCancelled: { (count += 1, count > most).1 })
      }
      #expect(count == most + 1)
    }
    #expect(asked >= 2 * decoder.layers.count)
  }

  @Test("what an encoded photo takes is told: features, and keys and values of each layer") func bytes() throws {
    let image = try captioner("blip").encode(ImageDecoder.decode(path: Fixtures.path("transformers/wide.png")))
    let context = try #require(image.context as? Context)
    let shape = context.decoder.shape
    #expect(image.byteCount == 4 * 17 * (image.features.channels + 2 * shape.layers * shape.width))
  }

  @Test("encoding tells how far it is, step by step, where it takes long", arguments: HuggingFaceFolderTests.folders)
  func progress(folder: String) throws {
    let captioner = try captioner(folder)
    let picture = try ImageDecoder.decode(path: Fixtures.path("transformers/wide.png"))
    func shares(_ captioner: Captioner) throws -> [Double] {
      var told: [Double] = []
      _ = try captioner.encode(picture, progress: { told.append($0) })
      return told
    }
    let told = try shares(captioner)
    #expect(told.count >= 10 && told == told.indices.map { Double($0) / Double(told.count) })
    #expect(try shares(Captioner.random(CompactShape.tiny, inputSize: 16, width: 8, words: ["dog"])) == [])
  }
}
