import Tensors

/// Sentences said as they are given (teacher forcing), all a word further at each step, with what the network makes of
/// each word.
package struct Recital {
  package struct Word {
    /// The states the word is looked for from, `[1, S]`; see `DecoderStep.look`.
    package let state: Tensor
    /// Where the network looks, a number a cell, summing to 1.
    package let map: [Float]
    /// Natural logarithm, under the softmax of all logits.
    package let logProbability: Double
  }

  /// Of each sentence, one for each of its tokens but the first.
  package private(set) var words: [[Word]]

  package init(words: [[Word]]) {
    self.words = words
  }

  /// - Parameter sentences: token lists from `<start>`.
  package init(_ step: DecoderStep, _ cells: DecoderStep.Cells, _ sentences: [[Int]]) {
    words = sentences.map { _ in [] }
    var position = 1
    var open = sentences.indices.filter { sentences[$0].count > 1 }
    var states = cells.initialState.rows(open.map { _ in 0 })
    while !open.isEmpty {
      let output = step(open.map { sentences[$0][position - 1] }, states: states, cells: cells)
      for (row, index) in open.enumerated() {
        let logits = output.logits.row(row)
        words[index].append(
          Word(
            state: output.lookingStates.rows([row]), map: Array(output.attention.row(row)),
            logProbability: Double(logits[sentences[index][position]]) - Sampler.logSumExp(logits)))
      }
      position += 1
      let remaining = open.indices.filter { position < sentences[open[$0]].count }
      states = output.states.rows(remaining)
      open = remaining.map { open[$0] }
    }
  }
}
