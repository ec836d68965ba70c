import Tensors

#if canImport(Glibc)
  import Glibc
#endif

extension SentenceWriter {
  /// Sentences are compared by log-probability / length^α; α as in the recipe the default weights were judged with.
  static let lengthExponent: Float = 0.7

  private func score(_ logProbability: Float, tokens: Int) -> Float {
    logProbability / powf(Float(tokens), Self.lengthExponent)
  }

  /// The best sentence found keeping `width` open ones.
  package func beam(width: Int) throws -> Caption {
    var open = [Sentence(last: vocabulary.startToken)]
    var ended: [Sentence] = []
    var states = cells.initialState
    for written in 0..<settings.maxWords {
      try checkCancelled()
      let output = step(open.map(\.last), states: states, cells: cells)
      var parents: [Int] = []
      var next: [Sentence] = []
      for candidate in candidates(output, open: open, written: written, width: width).prefix(width) {
        var sentence = open[candidate.parent]
        if candidate.token == vocabulary.endToken {
          sentence.end(logProbability: candidate.logProbability)
          ended.append(sentence)
        } else {
          sentence.append(word(candidate, output, written: written))
          parents.append(candidate.parent)
          next.append(sentence)
        }
      }
      open = next
      states = output.states.rows(parents)
      if open.isEmpty || isDecided(ended: ended, open: open, width: width) { break }
    }
    let best = (ended.isEmpty ? open : ended).max { score($0) < score($1) }
    return caption(best ?? Sentence(last: vocabulary.startToken), seed: settings.seed)
  }

  /// Words and, when it ended, the end.
  private func score(_ sentence: Sentence) -> Float {
    score(sentence.logProbability, tokens: max(1, sentence.words.count + (sentence.finished ? 1 : 0)))
  }

  /// No open sentence, even if all its further words were certain, can beat the best ended one.
  private func isDecided(ended: [Sentence], open: [Sentence], width: Int) -> Bool {
    guard ended.count >= width, let best = ended.map(score).max() else { return false }
    return open.allSatisfy { score($0.logProbability, tokens: settings.maxWords + 1) < best }
  }

  private struct Candidate {
    let parent: Int
    let token: Int
    let logProbability: Float
    let total: Float
  }

  /// Every open sentence with each of its likeliest next tokens, best first; equal ones in order of sentence and token.
  private func candidates(
    _ output: DecoderStep.Output, open: [Sentence], written: Int, width: Int
  ) -> [Candidate] {
    var all: [Candidate] = []
    for (parent, sentence) in open.enumerated() {
      let logits = output.logits.row(parent)
      let total = Sampler.logSumExp(logits)
      for token in Sampler.largest(width, of: logits, forbidden: forbidden(after: written)) {
        let own = Float(Double(logits[token]) - total)
        all.append(Candidate(parent: parent, token: token, logProbability: own, total: sentence.logProbability + own))
      }
    }
    return all.sorted { ($1.total, $0.parent, $0.token) < ($0.total, $1.parent, $1.token) }
  }

  private func word(_ candidate: Candidate, _ output: DecoderStep.Output, written: Int) -> CaptionWord {
    CaptionWord(
      word: vocabulary.words[candidate.token], token: candidate.token,
      probability: exponential(candidate.logProbability), logProbability: candidate.logProbability,
      attention: attention(output, row: candidate.parent),
      alternatives: likeliest(output.logits.row(candidate.parent), 10, forbidden: forbidden(after: written)))
  }
}
