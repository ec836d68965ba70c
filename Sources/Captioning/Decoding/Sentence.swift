import Tensors

/// A caption while it is being written.
struct Sentence {
  /// A token with what led to it.
  struct Token {
    let token: CaptionToken
    let attention: AttentionMap
    let alternatives: [WordAlternative]
  }

  private(set) var tokens: [Token] = []
  private(set) var wordCount = 0
  private(set) var logProbability: Float = 0
  /// The token the next step starts from.
  private(set) var last: Int
  /// Whether the network ended it.
  private(set) var finished = false
  /// Whether nothing more is written.
  private(set) var isClosed = false

  init(last: Int) { self.last = last }

  /// Adds the log-probability of ending.
  mutating func end(logProbability: Float) {
    self.logProbability += logProbability
    (finished, isClosed) = (true, true)
  }

  /// Ends it where no more words have room.
  mutating func cut() { isClosed = true }

  /// - Parameter beginsWord: whether the token does not go on with the last word.
  mutating func append(_ token: Token, beginsWord: Bool) {
    tokens.append(token)
    if beginsWord || wordCount == 0 { wordCount += 1 }
    logProbability += token.token.logProbability
    last = token.token.token
  }
}

/// Writes captions of one encoded photo token by token.
package struct SentenceWriter<Context: DecodingContext> {
  let context: Context
  let text: any TextCoding
  let settings: DecodingSettings
  let isCancelled: () -> Bool
  private let startTokens: [Int]

  /// - Parameters:
  ///   - context: of one photo.
  ///   - text: the words of tokens.
  ///   - settings: whose prompt, if there is one, `text` can begin from.
  ///   - isCancelled: asked before every word, and between the layers of networks that take long.
  package init(
    context: Context, text: any TextCoding, settings: DecodingSettings, isCancelled: @escaping () -> Bool
  ) {
    self.context = context
    self.text = text
    self.settings = settings
    self.isCancelled = isCancelled
    startTokens = settings.prompt.flatMap { text.startTokens(prompt: $0) } ?? text.startTokens
  }

  /// Steps after which a sentence stops.
  var maxTokens: Int { settings.maxWords * text.tokensPerWord }

  var emptySentence: Sentence { Sentence(last: startTokens.last!) }

  /// The states of `count` sentences before their first token: after what all start from but the last of it.
  func start(_ count: Int) throws -> Context.States {
    try startTokens.dropLast().reduce(context.start(count)) { states, token in
      try context.step([Int](repeating: token, count: count), states: states, checkCancelled: checkCancelled).states
    }
  }

  /// Tokens that may not come next.
  func forbidden(in sentence: Sentence) -> [Int] {
    text.neverEmitted + (sentence.wordCount < settings.minWords ? [text.endToken] : [])
  }

  /// Adds a token, or ends the sentence with it, or without it where it begins a word too many.
  func add(
    _ token: CaptionToken, to sentence: inout Sentence, attention: AttentionMap,
    alternatives: @autoclosure () -> [WordAlternative]
  ) {
    if token.token == text.endToken { return sentence.end(logProbability: token.logProbability) }
    let beginsWord = !text.continuesWord(token.token)
    if beginsWord && sentence.wordCount == settings.maxWords { return sentence.cut() }
    sentence.append(
      .init(token: token, attention: attention, alternatives: alternatives()), beginsWord: beginsWord)
  }

  /// A token the network drew.
  /// - Parameter logits: it was drawn from.
  func drawn(
    _ token: Int, probability: Float, logProbability: Float, _ logits: UnsafeBufferPointer<Float>
  ) -> CaptionToken {
    CaptionToken(
      text: text.piece(token), token: token, probability: probability, logProbability: logProbability,
      rank: Sampler.rank(of: token, in: logits, forbidden: text.neverEmitted))
  }

  func alternatives(_ tokens: some Sequence<(token: Int, probability: Float)>) -> [WordAlternative] {
    tokens.map { WordAlternative(word: text.piece($0.token), token: $0.token, probability: $0.probability) }
  }

  /// The likeliest tokens under the full softmax.
  func likeliest(_ logits: UnsafeBufferPointer<Float>, _ count: Int, forbidden: [Int]) -> [WordAlternative] {
    let total = Sampler.logSumExp(logits)
    return alternatives(
      Sampler.largest(count, of: logits, forbidden: forbidden).map {
        ($0, exponential(Float(Double(logits[$0]) - total)))
      })
  }

  func checkCancelled() throws {
    if isCancelled() { throw CancellationError() }
  }

  func caption(_ sentence: Sentence, seed: UInt64) -> Caption {
    var own = settings
    own.seed = seed
    own.samples = 1
    let tokens = sentence.tokens.map(\.token.token)
    let words = text.wordRanges(tokens).map { range in
      let parts = sentence.tokens[range]
      return CaptionWord(
        word: text.word(tokens[range]), tokens: parts.map(\.token), attention: .mean(parts.map(\.attention)),
        alternatives: parts.first!.alternatives)
    }
    return Caption(
      words: words, logProbability: sentence.logProbability, finished: sentence.finished, settings: own)
  }
}

extension SentenceWriter {
  /// Draws `settings.samples` captions, all one token further at each step; caption `i` draws from seed + i alone.
  package func sampled() throws -> [Caption] {
    let count = settings.mode == .greedy ? 1 : settings.samples
    var sentences = [Sentence](repeating: emptySentence, count: count)
    var random = (0..<count).map { RandomSource(seed: settings.seed &+ UInt64($0)) }
    var open = Array(0..<count)
    var states = try start(count)
    for position in 0..<maxTokens where !open.isEmpty {
      let step = try context.step(
        open.map { sentences[$0].last }, states: states, checkCancelled: checkCancelled)
      for (row, index) in open.enumerated() {
        if position < given.count {
          give(given[position], step, row, to: &sentences[index])
          // As a draw does: a caption that begins with what a seed had drawn goes on as that one did.
          _ = random[index].uniform()
        } else {
          draw(step, row, into: &sentences[index], random: &random[index])
        }
      }
      let remaining = open.indices.filter { !sentences[open[$0]].isClosed }
      states = step.states.rows(remaining)
      open = remaining.map { open[$0] }
    }
    return sentences.enumerated().map { caption($1, seed: settings.seed &+ UInt64($0)) }
  }

  private func draw(
    _ step: DecodingStep<Context.States>, _ row: Int, into sentence: inout Sentence, random: inout RandomSource
  ) {
    let (logits, forbidden) = (step.logits.row(row), forbidden(in: sentence))
    let greedy = settings.mode == .greedy
    let drawn = Sampler().draw(
      logits: logits, topK: greedy ? 1 : settings.topK, temperature: settings.temperature, forbidden: forbidden,
      random: &random)
    // Greedy draws from one word; what else was likely is told by the whole softmax.
    add(
      self.drawn(drawn.token, probability: drawn.probability, logProbability: drawn.logProbability, logits),
      to: &sentence, attention: step.attention.map(row),
      alternatives: greedy
        ? likeliest(logits, Sampler.reported, forbidden: forbidden)
        : alternatives(drawn.alternatives.map { ($0.token, $0.probability) }))
  }
}
