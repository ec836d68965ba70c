import Captioning
import Files
import Foundation

/// The words a network was given as a table: how likely each is, its rank, and what the network would rather have said.
/// Where cells are hidden, also what that took of each word's log-probability.
package struct WordTable {
  let caption: Caption
  /// The same words with nothing hidden; nil where nothing is.
  let whole: Caption?

  package init(_ caption: Caption, whole: Caption? = nil) { (self.caption, self.whole) = (caption, whole) }

  package var lines: [String] {
    let falls = whole.flatMap { caption.falls(from: $0) }
    let numbers = falls == nil ? ["probability", "rank"] : ["before", "hidden", "fall", "rank"]
    var table = FigureTable([("word", .left)] + numbers.map { ($0, .right) } + [("rather", .left)])
    for (index, word) in caption.words.enumerated() {
      var cells = [PrintableText.line(word.word) + (word.isUnknown ? " (unknown)" : "")]
      if let falls, let whole {
        cells += [whole.words[index].logProbability, word.logProbability, falls[index]].map(Figures.logProbability)
      } else {
        cells.append(Figures.probability(exp(word.logProbability)))
      }
      table.add(cells + [word.rank.map(String.init) ?? "", Self.rather(word)])
    }
    return table.lines
  }

  /// The likeliest words where they are likelier than the one that stands there.
  package static func rather(_ word: CaptionWord) -> String {
    let own = word.tokens[0].probability
    return word.alternatives.filter { $0.token != word.token && $0.probability > own }.prefix(3)
      .map { "\(PrintableText.line($0.word)) \(Figures.probability($0.probability))" }.joined(separator: ", ")
  }
}
