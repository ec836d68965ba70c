import Captioning
import Files

/// What hiding cells does to words, on the page.
extension AttentionPage {
  /// Which maps are shown; nothing where there is no choice.
  var kinds: String {
    guard let ways = relevance?.first.map(RelevanceReport.ways) else { return "" }
    let names = [("attention", "attention")] + ways.map { ($0.key, "fall when hidden in \($0.name)") }
    let buttons = names.enumerated().map { index, name in
      """
      <label><input type="radio" name="map" value="\(name.0)"\(index == 0 ? " checked" : "")> \(name.1)</label>
      """
    }
    return """
      <fieldset class="controls" id="maps"><legend>Maps of</legend>
      \(buttons.joined(separator: "\n"))
      </fieldset>

      """
  }

  /// What a word loses, in words.
  func about(_ relevance: RegionRelevance, of word: CaptionWord) -> String {
    let (fall, place) = RelevanceReport.largest(relevance.falls, word.attention)
    return "Falls most, \(Figures.logProbability(fall)) nats, without the cell at \(place); rank correlation with "
      + "attention \(Figures.logProbability(relevance.rankCorrelation)), deletion "
      + "\(Figures.probability(relevance.deletion.area)), insertion \(Figures.probability(relevance.insertion.area))."
  }

  /// Heads of the table's columns about hidden cells.
  var relevanceHeads: [String] {
    relevance?.first.map {
      RelevanceReport.ways($0).flatMap { ["Rank correlation, \($0.name)", "Deletion", "Insertion"] }
    }
      ?? []
  }

  /// A word's cells under them.
  func relevanceCells(_ index: Int) -> [String] {
    relevance.map { relevance in
      RelevanceReport.ways(relevance[index]).flatMap { way in
        [
          Figures.logProbability(way.relevance.rankCorrelation), Figures.probability(way.relevance.deletion.area),
          Figures.probability(way.relevance.insertion.area),
        ]
      }
    } ?? []
  }
}
