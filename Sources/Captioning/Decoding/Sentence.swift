import Tensors

/// A caption while it is being written.
struct Sentence {
  var words: [CaptionWord] = []
  var logProbability: Float = 0
  /// The token the next step starts from.
  var last: Int
  var finished = false

  /// Adds the log-probability of ending.
  mutating func end(logProbability: Float) {
    self.logProbability += logProbability
    finished = true
  }

  mutating func append(_ word: CaptionWord) {
    words.append(word)
    logProbability += word.logProbability
    last = word.token
  }
}

/// Writes captions of one encoded photo word by word.
package struct SentenceWriter {
  let step: DecoderStep
  let cells: DecoderStep.Cells
  let vocabulary: Vocabulary
  let grid: (rows: Int, columns: Int)
  let settings: DecodingSettings
  let isCancelled: () -> Bool

  package init(
    step: DecoderStep, cells: DecoderStep.Cells, vocabulary: Vocabulary, grid: (rows: Int, columns: Int),
    settings: DecodingSettings, isCancelled: @escaping () -> Bool
  ) {
    self.step = step
    self.cells = cells
    self.vocabulary = vocabulary
    self.grid = grid
    self.settings = settings
    self.isCancelled = isCancelled
  }

  /// Tokens that may not follow `count` words.
  func forbidden(after count: Int) -> [Int] {
    vocabulary.neverEmitted + (count < settings.minWords ? [vocabulary.endToken] : [])
  }

  func attention(_ output: DecoderStep.Output, row: Int) -> AttentionMap {
    AttentionMap(rows: grid.rows, columns: grid.columns, values: Array(output.attention.row(row)))
  }

  func alternatives(_ tokens: some Sequence<(token: Int, probability: Float)>) -> [WordAlternative] {
    tokens.map { WordAlternative(word: vocabulary.words[$0.token], token: $0.token, probability: $0.probability) }
  }

  func checkCancelled() throws {
    if isCancelled() { throw CancellationError() }
  }

  func caption(_ sentence: Sentence, seed: UInt64) -> Caption {
    var own = settings
    own.seed = seed
    own.samples = 1
    return Caption(
      words: sentence.words, logProbability: sentence.logProbability, finished: sentence.finished, settings: own)
  }
}

extension SentenceWriter {
  /// Draws `settings.samples` captions, all one word further at each step; caption `i` draws from seed + i alone.
  package func sampled() throws -> [Caption] {
    let count = settings.mode == .greedy ? 1 : settings.samples
    var sentences = (0..<count).map { _ in Sentence(last: vocabulary.startToken) }
    var random = (0..<count).map { RandomSource(seed: settings.seed &+ UInt64($0)) }
    var open = Array(0..<count)
    var states = cells.initialState.rows([Int](repeating: 0, count: count))
    for written in 0..<settings.maxWords where !open.isEmpty {
      try checkCancelled()
      let output = step(open.map { sentences[$0].last }, states: states, cells: cells)
      for (row, index) in open.enumerated() {
        draw(output, row: row, written: written, into: &sentences[index], random: &random[index])
      }
      let remaining = open.indices.filter { !sentences[open[$0]].finished }
      states = output.states.rows(remaining)
      open = remaining.map { open[$0] }
    }
    return sentences.enumerated().map { caption($1, seed: settings.seed &+ UInt64($0)) }
  }

  private func draw(
    _ output: DecoderStep.Output, row: Int, written: Int, into sentence: inout Sentence, random: inout RandomSource
  ) {
    let logits = output.logits.row(row)
    let greedy = settings.mode == .greedy
    let drawn = Sampler().draw(
      logits: logits, topK: greedy ? 1 : settings.topK, temperature: settings.temperature,
      forbidden: forbidden(after: written), random: &random)
    if drawn.token == vocabulary.endToken { return sentence.end(logProbability: drawn.logProbability) }
    // Greedy draws from one word; what else was likely is told by the whole softmax.
    let others =
      greedy
      ? likeliest(logits, 10, forbidden: forbidden(after: written))
      : alternatives(drawn.alternatives.map { ($0.token, $0.probability) })
    sentence.append(
      CaptionWord(
        word: vocabulary.words[drawn.token], token: drawn.token, probability: drawn.probability,
        logProbability: drawn.logProbability, attention: attention(output, row: row), alternatives: others))
  }

  /// The likeliest tokens under the full softmax.
  func likeliest(_ logits: UnsafeBufferPointer<Float>, _ count: Int, forbidden: [Int]) -> [WordAlternative] {
    let total = Sampler.logSumExp(logits)
    return alternatives(
      Sampler.largest(count, of: logits, forbidden: forbidden).map {
        ($0, exponential(Float(Double(logits[$0]) - total)))
      })
  }
}
