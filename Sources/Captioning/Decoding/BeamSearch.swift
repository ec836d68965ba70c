import Tensors

#if canImport(Glibc)
  import Glibc
#endif

extension SentenceWriter {
  /// Sentences are compared by log-probability / length^α, length in tokens; α as in the recipe the default weights were
  /// judged with.
  static var lengthExponent: Float { 0.7 }

  private func score(_ logProbability: Float, tokens: Int) -> Float {
    logProbability / powf(Float(tokens), Self.lengthExponent)
  }

  /// The best sentence found keeping `width` open ones.
  package func beam(width: Int) throws -> Caption {
    // Those the network ended, and those that no more words have room in.
    var (ended, cut): ([Sentence], [Sentence]) = ([], [])
    let (begun, first) = try beginning()
    if begun.isClosed { return caption(begun, seed: settings.seed) }
    var (open, states) = ([begun], first)
    for _ in given.count..<max(given.count, maxTokens) {
      let step = try context.step(open.map(\.last), states: states, checkCancelled: checkCancelled)
      var parents: [Int] = []
      var next: [Sentence] = []
      for candidate in candidates(step, open: open, width: width).prefix(width) {
        let sentence = extended(open[candidate.parent], by: candidate, step)
        if sentence.finished {
          ended.append(sentence)
        } else if sentence.isClosed {
          cut.append(sentence)
        } else {
          parents.append(candidate.parent)
          next.append(sentence)
        }
      }
      open = next
      states = step.states.rows(parents)
      if open.isEmpty || isDecided(ended: ended, open: open, width: width) { break }
    }
    let best = (ended.isEmpty ? open + cut : ended).max { score($0) < score($1) }
    return caption(best ?? begun, seed: settings.seed)
  }

  /// The sentence of the prefix's tokens, and the states after them.
  private func beginning() throws -> (sentence: Sentence, states: Context.States) {
    var (sentence, states) = (emptySentence, try start(1))
    for token in given where !sentence.isClosed {
      let step = try context.step([sentence.last], states: states, checkCancelled: checkCancelled)
      give(token, step, 0, to: &sentence)
      states = step.states
    }
    return (sentence, states)
  }

  /// Tokens and, when it ended, the end.
  private func score(_ sentence: Sentence) -> Float {
    score(sentence.logProbability, tokens: max(1, sentence.tokens.count + (sentence.finished ? 1 : 0)))
  }

  /// No open sentence, even if all its further tokens were certain, can beat the best ended one.
  private func isDecided(ended: [Sentence], open: [Sentence], width: Int) -> Bool {
    guard ended.count >= width, let best = ended.map(score).max() else { return false }
    return open.allSatisfy { score($0.logProbability, tokens: maxTokens + 1) < best }
  }

  private func extended(
    _ sentence: Sentence, by candidate: BeamCandidate, _ step: DecodingStep<Context.States>
  ) -> Sentence {
    var longer = sentence
    let logits = step.logits.row(candidate.parent)
    add(
      drawn(
        candidate.token, probability: exponential(candidate.logProbability), logProbability: candidate.logProbability,
        logits),
      to: &longer, attention: step.attention.map(candidate.parent),
      alternatives: likeliest(logits, Sampler.reported, forbidden: forbidden(in: sentence)))
    return longer
  }

  /// Every open sentence with each of its likeliest next tokens, best first; equal ones in order of sentence and token.
  private func candidates(
    _ step: DecodingStep<Context.States>, open: [Sentence], width: Int
  ) -> [BeamCandidate] {
    var all: [BeamCandidate] = []
    for (parent, sentence) in open.enumerated() {
      let logits = step.logits.row(parent)
      let total = Sampler.logSumExp(logits)
      for token in Sampler.largest(width, of: logits, forbidden: forbidden(in: sentence)) {
        let own = Float(Double(logits[token]) - total)
        all.append(
          BeamCandidate(parent: parent, token: token, logProbability: own, total: sentence.logProbability + own))
      }
    }
    return all.sorted { ($1.total, $0.parent, $0.token) < ($0.total, $1.parent, $1.token) }
  }
}

/// A sentence with one of the tokens it could go on with.
private struct BeamCandidate {
  let parent: Int
  let token: Int
  let logProbability: Float
  let total: Float
}
