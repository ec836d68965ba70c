import Captioning
import Files
import Foundation

extension AttentionPage {
  /// What is told of a word: how likely it was and where the network looked.
  func about(_ word: CaptionWord) -> String {
    let map = word.attention
    let peak = map.peak
    return "“\(word.word)”: probability \(content.caption.chances(of: word).joined(separator: ", ")). "
      + "Looked most at row \(peak.row + 1), column \(peak.column + 1) of \(map.rows)×\(map.columns) "
      + "(\(Figures.share(peak.share))); entropy \(Figures.bits(map.entropy)) bits, "
      + "as if spread \(map.spreadInWords)."
  }

  /// All words with their numbers, for reading without pointing.
  var table: String {
    let rows = content.caption.words.enumerated().map { index, word in
      let peak = word.attention.peak
      let others = word.alternatives.filter { $0.token != word.token }.prefix(3)
        .map { "\($0.word) \(Figures.probability($0.probability))" }.joined(separator: ", ")
      let chances = content.caption.chances(of: word).map { String($0.prefix { $0 != " " }) }
      let cells =
        chances + [
          "row \(peak.row + 1), column \(peak.column + 1)", Figures.share(peak.share),
          Figures.bits(word.attention.entropy), others,
        ]
      return "<tr><th scope=\"row\">\(index + 1). \(HTMLText.escaped(word.word))</th>"
        + cells.map { "<td>\(HTMLText.escaped($0))</td>" }.joined() + "</tr>"
    }
    let settings = content.caption.settings
    let chances = settings.mode == .sample ? ["Of top \(settings.topK)", "Of all"] : ["Of all"]
    let heads = ["Word"] + chances + ["Looked most at", "Share there", "Entropy, bits", "Instead"]
    return """
      <details><summary>All words in a table</summary>
      <table class="all"><thead><tr>\(heads.map { "<th scope=\"col\">\($0)</th>" }.joined())</tr></thead>
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
