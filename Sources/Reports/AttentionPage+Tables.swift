import Captioning
import Files
import Foundation

extension AttentionPage {
  /// What is told of a word: how likely it was and where the network looked.
  func about(_ word: CaptionWord) -> String {
    let map = word.attention
    let peak = map.peak
    let unknown = word.isUnknown ? ", a word the network does not know" : ""
    let rank = word.rank.map { ", rank \($0)" } ?? ""
    return "“\(word.word)”\(unknown): probability \(content.caption.chances(of: word).joined(separator: ", "))\(rank)"
      + (fall(of: word).map { ", \($0)" } ?? "") + ". "
      + "Looked most at row \(peak.row + 1), column \(peak.column + 1) of \(map.rows)×\(map.columns) "
      + "(\(Figures.share(peak.share))); entropy \(Figures.bits(map.entropy)) bits, "
      + "as if spread \(map.spreadInWords)."
  }

  /// What hiding cells took of a word's log-probability; nil where nothing is hidden.
  private func fall(of word: CaptionWord) -> String? {
    guard let whole = content.whole, let falls = content.caption.falls(from: whole),
      let place = content.caption.words.firstIndex(of: word)
    else { return nil }
    return "log-probability \(Figures.logProbability(whole.words[place].logProbability)) with nothing hidden, "
      + HiddenRegions.inWords(fall: falls[place])
  }

  /// All words with their numbers, for reading without pointing.
  var table: String {
    let settings = content.caption.settings
    let heads = settings.mode == .sample ? ["Of top \(settings.topK)", "Of all"] : ["Of all"]
    let falls = content.whole.flatMap { content.caption.falls(from: $0) }
    let hasRanks = content.caption.words.contains { $0.rank != nil }
    let rows = content.caption.words.enumerated().map { index, word in
      let peak = word.attention.peak
      let others = word.alternatives.filter { $0.token != word.token }.prefix(3)
        .map { "\($0.word) \(Figures.probability($0.probability))" }.joined(separator: ", ")
      var chances = content.caption.chances(of: word).map { String($0.prefix { $0 != " " }) }
      while chances.count < heads.count { chances.insert("given", at: 0) }
      let cells =
        chances + (hasRanks ? [word.rank.map { "\($0)" } ?? ""] : [])
        + (falls.map { [Figures.logProbability($0[index])] } ?? [])
        + [
          "row \(peak.row + 1), column \(peak.column + 1)", Figures.share(peak.share),
          Figures.bits(word.attention.entropy),
        ] + relevanceCells(index) + [others]
      return "<tr><th scope=\"row\">\(index + 1). \(HTMLText.escaped(word.word))</th>"
        + cells.map { "<td>\(HTMLText.escaped($0))</td>" }.joined() + "</tr>"
    }
    let all =
      ["Word"] + heads + (hasRanks ? ["Rank"] : []) + (falls == nil ? [] : ["Fall"])
      + ["Looked most at", "Share there", "Entropy, bits"] + relevanceHeads + ["Instead"]
    return """
      <details><summary>All words in a table</summary>
      <table class="all"><thead><tr>\(all.map { "<th scope=\"col\">\($0)</th>" }.joined())</tr></thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody></table></details>
      """
  }

  /// Where the caption comes from.
  var origin: String {
    let caption = content.caption
    let end = caption.finished ? "the end included" : "cut off"
    var facts = [
      caption.isRecited ? ("Text", "given to the network") : ("Written by", "a machine"),
      ("Weights", content.weights.name), ("SHA-256", content.weights.sha256),
      (caption.isRecited ? "Maps" : "Drawn by", caption.mannerInWords), ("Probabilities", caption.likelihoodInWords),
      ("Log-probability", "\(Figures.logProbability(caption.logProbability)), \(end)"),
    ]
    if let hidden = caption.hidden {
      facts += [("Hidden", hidden.inWords), ("Cells", hidden.placesInWords)]
      if let whole = content.whole {
        facts.append(("With nothing hidden", Figures.logProbability(whole.logProbability)))
      }
      if let redrawn = content.redrawn {
        facts.append(("Drawn again", "\(redrawn.text) (\(Figures.logProbability(redrawn.logProbability)))"))
      }
    }
    if let maps = caption.mapsInWords { facts.append(("Maps of", maps)) }
    facts += content.provenance.sorted { $0.key < $1.key }
      .map { ($0.key.replacing("_", with: " ").capitalizedFirst, $0.value) }
    let rows = facts.map { "<dt>\(HTMLText.escaped($0))</dt><dd>\(HTMLText.escaped($1))</dd>" }
    return """
      <details open><summary>Where this comes from</summary>
      <dl>
      \(rows.joined(separator: "\n"))
      </dl></details>
      """
  }
}

extension String {
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
