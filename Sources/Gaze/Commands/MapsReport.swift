import Captioning
import Files
import Foundation
import Reports
import Training

/// What `gaze evaluate --maps` found, in words and as JSON.
struct MapsReport {
  /// Of one kind of maps or several; the first is told in full.
  let studies: [MapStudy]
  /// The network's layers and heads.
  let sizes: CaptionMaps
  /// Photos left out.
  let failed: Int
  let weights: WeightsIdentity

  private var study: MapStudy { studies[0] }

  /// Keys of the figures, and the heads of their columns, of two lines.
  private typealias Column = (key: String, head: (String, String), value: @Sendable (MapFigures) -> Double?)
  private static let columns: [Column] = [
    ("flip_correlation", ("", "flip"), { $0.flipCorrelation }),
    ("chance_correlation", ("", "chance"), { $0.chanceCorrelation }),
    ("top_4_share", ("", "top 4"), { $0.topShare }), ("entropy_bits", ("", "entropy"), { $0.entropy }),
    ("log_probability_fall_top_4", ("top 4", "hidden"), { $0.topDrop }),
    ("log_probability_fall_random_4", ("random 4", "hidden"), { $0.randomDrop }),
    ("log_probability_fall_covered_top_4", ("top 4", "covered"), { $0.topCoverDrop }),
    ("log_probability_fall_covered_random_4", ("random 4", "covered"), { $0.randomCoverDrop }),
  ]
  /// Of the name of a group, of how many words it has, and of a figure.
  private static let widths = (name: 10, count: 7, figure: 10)

  private var groups: [(name: String, figures: MapFigures)] {
    [("all words", study.all)] + (study.byNoun.isEmpty ? [] : [("nouns", study.ofNouns)])
      + study.byNoun.map { ($0.noun, $0.figures) }
  }

  var lines: [String] {
    var lines = [
      "photos".padded(to: 20) + "\(study.photoCount)", "failed".padded(to: 20) + "\(failed)",
      "weights".padded(to: 20) + PrintableText.line(weights.name) + " \(weights.sha256.prefix(12))",
      "a uniform map".padded(to: 20)
        + "top 4 \(Figures.score(study.uniform.topShare)), entropy \(Figures.bits(study.uniform.entropy)) bits",
      "", Self.row(["", ""] + Self.columns.map(\.head.0)), Self.row(["", "words"] + Self.columns.map(\.head.1)),
    ]
    for group in groups {
      let cells =
        [PrintableText.line(group.name), "\(group.figures.words)"]
        + Self.columns.map { $0.value(group.figures).map(Figures.score) ?? "-" }
      lines.append(Self.row(cells))
    }
    return lines + kindLines + orderLines + measureLines + mapLines
  }

  func name(_ maps: MapChoice) -> String {
    CaptionMaps(maps, layers: sizes.layers, heads: sizes.heads).inShort
  }

  /// The kinds beside each other, over all words.
  private var kindLines: [String] {
    guard studies.count > 1 || studies[0].maps != MapChoice() else { return [] }
    return [
      "", Self.row(["", ""] + Self.columns.map(\.head.0)), Self.row(["maps of", "words"] + Self.columns.map(\.head.1)),
    ]
      + studies.map { study in
        Self.row(
          [name(study.maps), "\(study.all.words)"]
            + Self.columns.map { $0.value(study.all).map(Figures.score) ?? "-" })
      }
  }

  /// A name to the left, then numbers to the right.
  private static func row(_ cells: [String]) -> String {
    cells.enumerated().map { index, cell in
      if index == 0 { return cell.padded(to: widths.name) }
      let width = index == 1 ? widths.count : widths.figure
      return String(repeating: " ", count: max(1, width - cell.count)) + cell
    }.joined()
  }

  /// The mean map in thousandths.
  private var mapLines: [String] {
    guard let map = study.meanMap else { return [] }
    let rows = stride(from: 0, to: map.values.count, by: map.columns).map { start in
      map.values[start..<start + map.columns].map { value in
        let text = "\(Int((value * 1000).rounded()))"
        return String(repeating: " ", count: max(0, 5 - text.count)) + text
      }.joined()
    }
    return ["", "mean map, in thousandths"] + rows
  }

  var json: OrderedJSON {
    let map: OrderedJSON =
      study.meanMap.map {
        .object([
          ("rows", .integer($0.rows)), ("columns", .integer($0.columns)),
          ("values", .array($0.values.map { .single($0) })),
        ])
      } ?? .null
    return .object([
      ("photos", .integer(study.photoCount)), ("failed", .integer(failed)), ("all", Self.json(study.all)),
      ("nouns", Self.json(study.ofNouns)), ("by_noun", .object(study.byNoun.map { ($0.noun, Self.json($0.figures)) })),
      (
        "uniform",
        .object([
          ("top_4_share", .number(study.uniform.topShare)), ("entropy", .number(Self.nats(study.uniform.entropy))),
          ("entropy_bits", .number(study.uniform.entropy)),
        ])
      ),
      ("mean_map", map), ("kinds", .array(studies.map(kind))), ("intervals", intervals(study)),
      ("weights", .object([("name", .string(weights.name)), ("sha256", .string(weights.sha256))])),
    ])
  }

  private func kind(_ study: MapStudy) -> OrderedJSON {
    func number(_ index: Int?) -> OrderedJSON { index.map { .integer($0 + 1) } ?? .null }
    return .object([
      ("kind", .string(study.maps.kind.rawValue)), ("layer", number(study.maps.layer)),
      ("head", number(study.maps.head)), ("all", Self.json(study.all)), ("nouns", Self.json(study.ofNouns)),
    ])
  }

  private static func json(_ figures: MapFigures) -> OrderedJSON {
    func number(_ value: Double?) -> OrderedJSON { value.map { .number($0) } ?? .null }
    var members: [(String, OrderedJSON)] = [("words", .integer(figures.words))]
    for column in columns { members.append((column.key, number(column.value(figures)))) }
    for column in orderColumns { members.append((column.key, number(figures.means[column.measure]))) }
    members.append(("entropy", number(figures.entropy.map(nats))))
    return .object(members)
  }

  /// The key `entropy` has been in nats from the first; `entropy_bits` is the one to read.
  private static func nats(_ bits: Double) -> Double { bits * log(2) }
}
