import Captioning
import Reports
import Terminal

/// The numbers of one word: how likely it was, and how spread out the network's attention.
enum WordNumbers {
  /// At most two lines, the first about the word and its caption, the second about the map.
  static func lines(_ record: CaptionRecord, columns: Int, _ view: BrowserView) -> [String] {
    guard let caption = record.caption else { return ["no network drew it here"] }
    guard let index = record.wordIndex(in: record.chosen), let word = record.currentWord else { return ["no words"] }
    let isEdited = record.current.edit != nil
    return [
      probability(of: word, at: index, in: caption, isEdited: isEdited, columns: columns, view),
      map(word.attention, columns: columns),
    ]
  }

  private static func probability(
    of word: CaptionWord, at index: Int, in caption: Caption, isEdited: Bool, columns: Int, _ view: BrowserView
  ) -> String {
    let place = "\(index + 1)/\(caption.words.count)"
    let p = "p \(Figures.probability(word.probability))"
    let log = "log p " + logText(word.logProbability, view, decimals: 2)
    if columns < 34 {
      let all = "\(place)  \(p)  \(log)"
      return all.count <= columns ? all : "\(place)  \(p)"
    }
    let name = isEdited ? "drawn: \(word.word)" : word.word
    let ending = caption.finished ? "" : "  unfinished"
    let sum = columns >= 60 ? "  caption \(logText(caption.logProbability, view))\(ending)" : ""
    return "\(name)  word \(place)  \(p)  \(log)\(sum)"
  }

  /// How spread out attention is: the cells it would fill evenly, its entropy beside that of an even map, and the share
  /// of the cell attended to most; as much as fits.
  private static func map(_ map: AttentionMap, columns: Int) -> String {
    let even = Figures.bits(map.evenEntropy)
    let entropy = Figures.fixed(map.entropy, 2)
    let share = Figures.fixed(map.peak.share * 100, 1) + " %"
    let long = "attention \(map.spreadInWords): entropy \(entropy) of \(even) bits  top cell \(share)"
    let wordings = [
      long + " at row \(map.peak.row + 1), column \(map.peak.column + 1)", long,
      "\(map.spreadInWords): entropy \(entropy) of \(even) bits  top \(share)",
      "\(map.spreadInWords): entropy \(entropy)/\(even)  top \(share)",
      "entropy \(entropy) of \(even) bits  top cell \(share)", "entropy \(entropy)/\(even)  top \(share)",
    ]
    return wordings.first { $0.count <= columns } ?? wordings[wordings.count - 1]
  }

  /// A logarithm with a proper minus sign.
  static func logText(_ value: Float, _ view: BrowserView, decimals: Int = 1) -> String {
    (value < 0 ? view.marks.minus : "") + Figures.fixed(abs(value), decimals)
  }
}
