import Foundation
import TestSupport
import Testing

@testable import Captioning
@testable import Tensors

/// A decoder that is all protocol: its logits are fixed by the tokens so far and the mean feature, its states are those
/// tokens, its maps have 2 layers of 2 heads over 2×3 regions.
private struct FixedDecoder: CaptionDecoding {
  let vocabularySize = PieceCoding.pieces.count

  struct States: DecodingStates {
    let histories: [[Int]]
    func rows(_ indices: [Int]) -> States { States(histories: indices.map { histories[$0] }) }
  }

  struct Context: DecodingContext {
    let mean: Float
    let rows: Int
    let columns: Int

    func start(_ count: Int) -> States { States(histories: [[Int]](repeating: [], count: count)) }

    func step(_ tokens: [Int], states: States) -> DecodingStep<States> {
      let histories = zip(states.histories, tokens).map { $0 + [$1] }
      let count = PieceCoding.pieces.count
      let logits = Tensor([tokens.count, count], histories.flatMap { FixedDecoder.logits($0, mean: mean) })
      let maps = Tensor([tokens.count, 4 * rows * columns], histories.flatMap { FixedDecoder.maps($0) })
      return DecodingStep(
        logits: logits, states: States(histories: histories),
        attention: AttentionMaps(weights: maps, layers: 2, heads: 2, rows: rows, columns: columns))
    }
  }

  func prepare(_ features: FeatureMap) -> Context {
    let mean = features.regions.values.reduce(0, +) / Float(features.regions.count)
    return Context(mean: mean, rows: features.rows, columns: features.columns)
  }

  static func logits(_ history: [Int], mean: Float) -> [Float] {
    goldenFill("\(history)", count: PieceCoding.pieces.count, low: -2, high: 2, seed: 3).map { $0 * (1 + mean) }
  }

  /// Four maps that each sum to 1.
  static func maps(_ history: [Int]) -> [Float] {
    (0..<4).flatMap { map in
      let weights = goldenFill("map \(map) of \(history)", count: 6, low: 0.1, high: 1, seed: 4)
      return weights.map { $0 / weights.reduce(0, +) }
    }
  }
}

/// Words in pieces: "##" goes on with the word before.
private struct PieceCoding: TextCoding {
  static let pieces = ["[PAD]", "[START]", "picture", "[END]", "a", "dog", "##s", "run", "##ning"]
  let count = pieces.count
  /// A prompt of two tokens.
  let startTokens = [1, 2]
  func startTokens(prompt: String) -> [Int]? { Array(startTokens + tokens(prompt).dropFirst(2).dropLast()) }
  let endToken = 3
  let neverEmitted = [0, 1]
  let tokensPerWord = 3
  func piece(_ token: Int) -> String { Self.pieces[token] }
  func word(_ tokens: ArraySlice<Int>) -> String {
    tokens.map { Self.pieces[$0].replacingOccurrences(of: "##", with: "") }.joined()
  }
  func continuesWord(_ token: Int) -> Bool { Self.pieces[token].hasPrefix("##") }
  func isUnknown(_ token: Int) -> Bool { token == 0 }
  func tokens(_ caption: String) -> [Int] {
    startTokens + caption.split(separator: " ").map { Self.pieces.firstIndex(of: String($0)) ?? 0 } + [endToken]
  }
}

@Suite(
  "Networks whose words have several tokens, and maps of several layers and heads, need no more than the protocols")
struct PiecesOfWordsTests {
  private let context = FixedDecoder().prepare(FeatureMap(regions: Tensor([1, 2, 3, 4], repeating: 0.25)))
  private let text = PieceCoding()

  private func captions(_ settings: DecodingSettings) throws -> [Caption] {
    let writer = SentenceWriter(context: context, text: text, settings: settings, isCancelled: { false })
    if case .beam(let width) = settings.mode { return [try writer.beam(width: width)] }
    return try writer.sampled()
  }

  @Test("tokens that go on with a word are one word with it, as likely as all its tokens, its map the mean of theirs")
  func words() throws {
    let captions = try captions(DecodingSettings(topK: 9, seed: 2, samples: 40, maxWords: 6))
    #expect(captions.contains { $0.words.contains { $0.tokens.count > 1 } })
    for caption in captions {
      var history = text.startTokens
      for word in caption.words {
        var maps: [[Float]] = []
        for token in word.tokens {
          let logits = FixedDecoder.logits(history, mean: 0.25)
          let all = FixedDecoder.maps(history)
          maps.append((0..<6).map { region in (0..<4).reduce(0) { $0 + all[$1 * 6 + region] } / 4 })
          let expected = Double(logits[token.token]) - log(logits.reduce(0) { $0 + exp(Double($1)) })
          #expect(abs(Double(token.logProbability) - expected) < 1e-5 && token.text == PieceCoding.pieces[token.token])
          history.append(token.token)
        }
        #expect(word.word == text.word(word.tokens.map(\.token)[...]))
        #expect(word.token == word.tokens[0].token)
        #expect(abs(word.probability - word.tokens.reduce(1) { $0 * $1.probability }) < 1e-6)
        #expect(abs(word.logProbability - word.tokens.reduce(0) { $0 + $1.logProbability }) < 1e-5)
        #expect(word.attention.rows == 2 && word.attention.columns == 3)
        for region in 0..<6 {
          let mean = maps.reduce(0) { $0 + $1[region] } / Float(maps.count)
          #expect(abs(word.attention.values[region] - mean) < 1e-6)
        }
      }
      #expect(caption.text == caption.words.map(\.word).joined(separator: " ") && !caption.text.contains("#"))
    }
  }

  @Test("the limits count words, not tokens: a last word is written to its end, and none begins after it")
  func limits() throws {
    let captions = try captions(DecodingSettings(topK: 9, temperature: 2, samples: 200, minWords: 1, maxWords: 2))
    #expect(captions.allSatisfy { (1...2).contains($0.words.count) })
    #expect(captions.contains { $0.words.count == 2 && $0.words[1].tokens.count > 1 })
    #expect(captions.allSatisfy { $0.words.dropFirst().allSatisfy { !text.continuesWord($0.token) } })
  }

  @Test("a prompt is what captions go on from, and no part of them") func prompt() throws {
    let settings = DecodingSettings(mode: .greedy, minWords: 1, maxWords: 3, prompt: "a dog")
    let word = try #require(captions(settings)[0].words.first)
    let logits = FixedDecoder.logits([1, 2, 4, 5], mean: 0.25)
    let likeliest = logits.indices.filter { $0 > 1 && $0 != 3 }.max { logits[$0] < logits[$1] }
    #expect(word.token == likeliest)
  }

  @Test("a wide beam finds what trying all sentences finds") func beam() throws {
    let settings = DecodingSettings(mode: .beam(width: 500), maxWords: 1)
    let found = try captions(settings)[0]
    var best = (score: -Double.infinity, tokens: [Int]())
    /// Sentences that end within three tokens of one word.
    func extend(_ tokens: [Int], _ total: Double) {
      let logits = FixedDecoder.logits(text.startTokens + tokens, mean: 0.25)
      let sum = log(logits.reduce(0) { $0 + exp(Double($1)) })
      for token in 2..<logits.count {
        let next = total + Double(logits[token]) - sum
        if token == text.endToken {
          let score = next / pow(Double(tokens.count + 1), 0.7)
          // The last step may not be spent on the end.
          if tokens.count < 3, score > best.score { best = (score, tokens) }
        } else if tokens.count < 2 && (tokens.isEmpty || text.continuesWord(token)) {
          extend(tokens + [token], next)
        }
      }
    }
    extend([], 0)
    #expect(found.finished && found.words.flatMap { $0.tokens.map(\.token) } == best.tokens)
  }

  @Test("one layer and head can be asked for; without, the map is the mean of all") func layersAndHeads() {
    let step = context.step([1, 2], states: context.start(2))
    let all = FixedDecoder.maps([2])
    #expect(step.attention.map(1, layer: 1, head: 0).values == Array(all[12..<18]))
    let layer = step.attention.map(1, layer: 1).values
    for region in 0..<6 { #expect(abs(layer[region] - (all[12 + region] + all[18 + region]) / 2) < 1e-6) }
    #expect(abs(step.attention.map(0).values.reduce(0, +) - 1) < 1e-5)
  }

  @Test("captions are fed by their own tokens, all of them together, and hidden regions reach the network")
  func teacherForcing() {
    let sentences = ["a dog ##s", "run"].map(text.tokens)
    let forced = TeacherForcing(context, sentences)
    #expect(forced.tokens.map { $0.map(\.token) } == sentences.map { Array($0.dropFirst()) })
    for (sentence, tokens) in zip(sentences, forced.tokens) {
      for (position, token) in tokens.enumerated() {
        for mean in [0.25, 0.5] as [Float] {
          let logits = FixedDecoder.logits(Array(sentence[...position]), mean: mean)
          let expected = Double(logits[token.token]) - log(logits.reduce(0) { $0 + exp(Double($1)) })
          let other = FixedDecoder().prepare(FeatureMap(regions: Tensor([1, 2, 3, 4], repeating: mean)))
          #expect(abs(token.logProbability(in: other) - expected) < 1e-5)
        }
      }
    }
  }

  @Test("hiding puts the mean of all regions in the place of some, and leaves vectors of no place as they are")
  func hiding() {
    let map = FeatureMap(
      regions: Tensor([1, 1, 3, 2], [1, 2, 3, 4, 8, 0]), global: Tensor([1, 1, 2], [7, 7]))
    let hidden = map.hiding([0, 2])
    #expect(hidden.regions.values == [4, 2, 3, 4, 4, 2] && hidden.global!.values == [7, 7])
    #expect(map.regions.values == [1, 2, 3, 4, 8, 0])
  }
}
