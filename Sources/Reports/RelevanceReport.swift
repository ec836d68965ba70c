import Captioning
import Files
import SystemPackage

/// Whether the places that a caption's maps point at matter to its words: in lines for people, and as JSON.
package struct RelevanceReport {
  let image: FilePath
  let caption: Caption
  let words: [WordRelevance]
  let weights: WeightsIdentity

  /// - Parameter words: of the caption, all of them.
  package init(image: FilePath, caption: Caption, words: [WordRelevance], weights: WeightsIdentity) {
    (self.image, self.caption, self.words, self.weights) = (image, caption, words, weights)
  }

  /// How regions were hidden, as people read it, and as a key.
  static func ways(_ word: WordRelevance) -> [(name: String, key: String, relevance: RegionRelevance)] {
    [("attention", "left_out", word.leftOut)] + (word.covered.map { [("photo", "covered", $0)] } ?? [])
  }

  // MARK: Lines

  /// - Parameter shades: see `MapShades`.
  package func text(shades: [Character]) -> String {
    var table = FigureTable([
      ("word", .left), ("probability", .right), ("hidden in", .left), ("fall", .right), ("at", .right),
      ("rank correlation", .right), ("deletion", .right), ("insertion", .right),
    ])
    for word in words {
      for (index, way) in Self.ways(word).enumerated() {
        let (fall, place) = Self.largest(way.relevance.falls, word.word.attention)
        table.add([
          index == 0 ? PrintableText.line(word.word.word) : "",
          index == 0 ? Figures.probability(exponential(Float(word.logProbability))) : "", way.name,
          Figures.logProbability(fall), place, Figures.logProbability(way.relevance.rankCorrelation),
          Figures.probability(way.relevance.deletion.area), Figures.probability(way.relevance.insertion.area),
        ])
      }
    }
    var lines = [PrintableText.line(caption.text)] + (caption.mapsInWords.map { ["maps: \($0)"] } ?? []) + [""]
    lines += table.lines + [""]
    let drawing = MapShades(shades)
    for word in words { lines += drawing.beside(maps(word)) + [""] }
    return lines.joined(separator: "\n")
  }

  /// The largest fall, and its cell as row and column from 1.
  static func largest(_ falls: [Double], _ map: AttentionMap) -> (fall: Double, place: String) {
    let region = falls.indices.max { falls[$0] < falls[$1] || (falls[$0] == falls[$1] && $0 > $1) } ?? 0
    return (falls[region], "\(region / map.columns + 1),\(region % map.columns + 1)")
  }

  private func maps(_ word: WordRelevance) -> [(title: String, map: AttentionMap)] {
    let map = word.word.attention
    return [(PrintableText.line(word.word.word), map)]
      + Self.ways(word).map { ("in \($0.name)", $0.relevance.occlusionMap(like: map)) }
  }

  // MARK: JSON

  /// One object on one line.
  package var json: String {
    let curves = words.first?.leftOut.deletion
    return OrderedJSON.object([
      ("image", .string(FileName.text(image))), ("weights", CaptionLine.json(weights)),
      ("text", .string(caption.text)), ("log_probability", .single(caption.logProbability)),
      ("map", .string(caption.maps.choice.kind.rawValue)),
      ("hidden_shares", .array((curves?.shares ?? []).map { .number($0) })), ("words", .array(words.map(json))),
    ]).text + "\n"
  }

  private func json(_ word: WordRelevance) -> OrderedJSON {
    .object(
      [
        ("word", .string(word.word.word)), ("log_probability", .number(word.logProbability)),
        ("attention", .object(CaptionLine.fields(word.word.attention))),
      ] + Self.ways(word).map { ($0.key, json($0.relevance)) })
  }

  private func json(_ relevance: RegionRelevance) -> OrderedJSON {
    func curve(_ curve: HidingCurve) -> OrderedJSON {
      .object([("area", .number(curve.area)), ("probabilities", .array(curve.probabilities.map { .number($0) }))])
    }
    return .object([
      ("log_probability_falls", .array(relevance.falls.map { .number($0) })),
      ("rank_correlation", .number(relevance.rankCorrelation)), ("deletion", curve(relevance.deletion)),
      ("insertion", curve(relevance.insertion)),
    ])
  }
}
