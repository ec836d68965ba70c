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
    let heads = falls == nil ? ["word", "probability", "rank"] : ["word", "before", "hidden", "fall", "rank"]
    let rows = caption.words.enumerated().map { index, word in
      let name = PrintableText.line(word.word) + (word.isUnknown ? " (unknown)" : "")
      let rank = word.rank.map(String.init) ?? ""
      guard let falls, let whole else { return [name, Figures.probability(exp(word.logProbability)), rank] }
      let logs = [whole.words[index].logProbability, word.logProbability, falls[index]]
      return [name] + logs.map(Figures.logProbability) + [rank]
    }
    let widths = heads.indices.map { column in ([heads] + rows).map { $0[column].count }.max()! }
    /// A name to the left, then numbers to the right, and words at the end.
    func line(_ cells: [String], _ end: String) -> String {
      let aligned = cells.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return column == 0 ? cell + space : space + cell
      }
      var text = (aligned + [end]).joined(separator: "  ")
      while text.last == " " { text.removeLast() }
      return text
    }
    return [line(heads, "rather")] + zip(rows, caption.words).map { line($0, Self.rather($1)) }
  }

  /// The likeliest words where they are likelier than the one that stands there.
  package static func rather(_ word: CaptionWord) -> String {
    let own = word.tokens[0].probability
    return word.alternatives.filter { $0.token != word.token && $0.probability > own }.prefix(3)
      .map { "\(PrintableText.line($0.word)) \(Figures.probability($0.probability))" }.joined(separator: ", ")
  }
}
