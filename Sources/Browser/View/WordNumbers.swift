import Captioning
import Files
import Reports
import Terminal

/// The numbers of one word: how likely it was, and how spread out the network's attention.
enum WordNumbers {
  /// At most two lines, the first about the word and its caption, the second about the map.
  static func lines(_ record: CaptionRecord, columns: Int, _ view: BrowserView) -> [String] {
    guard let caption = record.told else { return ["no network drew it here: l has it recited"] }
    guard let index = record.wordIndex(in: record.chosen), let word = record.currentWord else { return ["no words"] }
    let fall = record.falls(of: record.chosen)?[index]
    return [
      probability(of: word, at: index, in: caption, fall: fall, columns: columns, view),
      map(word.attention, caption.maps, columns: columns),
    ]
  }

  private static func probability(
    of word: CaptionWord, at index: Int, in caption: Caption, fall: Float?, columns: Int, _ view: BrowserView
  ) -> String {
    let place = "\(index + 1)/\(caption.words.count)"
    let fell = fall.map { [HiddenRegions.inWords(fall: $0)] } ?? []
    let plain = fell + caption.chances(of: word)
    let chances = plain + (word.rank.map { ["rank \($0)"] } ?? [])
    if columns < 44 {
      let start = caption.isRecited ? "\(place)  recited " : "\(place)  "
      let wordings = [chances, plain].map { start + $0.joined(separator: ", ") }
      return wordings.first { $0.count <= columns } ?? start + plain[0]
    }
    let unknown = word.isUnknown ? " (unknown)" : ""
    let manner = caption.isRecited ? "recited: " : word.isGiven ? "given: " : ""
    let name = manner + word.word + unknown
    let ending = caption.finished ? "" : "  unfinished"
    let text = "\(name)  word \(place)  \(chances.joined(separator: ", "))"
    let sum = "  caption \(logText(caption.logProbability, view))\(ending)"
    if TextWidth.of(text + sum) <= columns { return text + sum }
    let short = "\(name)  \(place)  \(chances.joined(separator: ", "))"
    return TextWidth.of(text) <= columns ? text : short
  }

  /// How spread out attention is: the cells it would fill evenly, its entropy beside that of an even map, and the share
  /// of the cell attended to most; as much as fits.
  private static func map(_ map: AttentionMap, _ maps: CaptionMaps, columns: Int) -> String {
    let even = Figures.bits(map.evenEntropy)
    let entropy = Figures.fixed(map.entropy, 2)
    let share = Figures.fixed(map.peak.share * 100, 1) + " %"
    let long = "attention \(map.spreadInWords): entropy \(entropy) of \(even) bits  top cell \(share)"
    let special = maps.isSpecial ? [maps.inWords, map.outsideInWords].compactMap { $0 }.joined(separator: ", ") : ""
    let wordings =
      (maps.isSpecial ? ["\(special): \(map.spreadInWords)  top \(share)", special] : []) + [
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
