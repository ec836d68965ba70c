import Files
import Reports
import Training

/// Whether maps put regions in the order in which they matter, and how sure all figures are.
extension MapsReport {
  /// Keys of what is measured of nouns, and how it is called.
  static let orderColumns: [(measure: MapMeasure, key: String, head: String)] = [
    (.leftOutRank, "rank_correlation_left_out", "rank, left out"),
    (.coveredRank, "rank_correlation_covered", "rank, covered"), (.deletion, "deletion_area", "deletion"),
    (.insertion, "insertion_area", "insertion"), (.randomOrder, "random_order_area", "random order"),
  ]

  /// All measures, in the order of the tables.
  static let names: [(measure: MapMeasure, key: String, name: String)] =
    [
      (.flipCorrelation, "flip_correlation", "flip"), (.chanceCorrelation, "chance_correlation", "chance"),
      (.topShare, "top_4_share", "top 4"), (.entropy, "entropy_bits", "entropy"),
      (.topDrop, "log_probability_fall_top_4", "top 4 hidden"),
      (.randomDrop, "log_probability_fall_random_4", "random 4 hidden"),
      (.topCoverDrop, "log_probability_fall_covered_top_4", "top 4 covered"),
      (.randomCoverDrop, "log_probability_fall_covered_random_4", "random 4 covered"),
    ] + orderColumns.map { ($0.measure, $0.key, $0.head) }

  /// Of nouns, kind by kind.
  var orderLines: [String] {
    guard studies.contains(where: { $0.ofNouns.words > 0 }) else { return [] }
    var table = FigureTable(
      [("nouns, by maps of", .left)] + Self.orderColumns.map { ($0.head, FigureTable.Side.right) })
    for study in studies {
      table.add(
        [name(study.maps)] + Self.orderColumns.map { study.ofNouns.means[$0.measure].map(Figures.score) ?? "-" })
    }
    return [""] + table.lines
  }

  /// Every measure with its interval.
  var measureLines: [String] {
    let study = studies[0]
    let intervals = study.intervals
    if intervals.all.isEmpty { return [] }
    var table = FigureTable([
      ("95 % over photos", .left), ("of", .left), ("mean", .right), ("from", .right), ("to", .right),
    ])
    for (measure, _, name) in Self.names {
      for (group, figures, intervals) in [
        ("all words", study.all, intervals.all), ("nouns", study.ofNouns, intervals.nouns),
      ] {
        if measure.isOfNouns, group != "nouns" { continue }
        guard let mean = figures.means[measure], let interval = intervals[measure] else { continue }
        table.add([
          name, group, Figures.score(mean), Figures.score(interval.lowerBound), Figures.score(interval.upperBound),
        ])
      }
    }
    return [""] + table.lines
  }

  /// Of all words, and of nouns: `{"flip_correlation":[from,to],…}`.
  func intervals(_ study: MapStudy) -> OrderedJSON {
    let intervals = study.intervals
    func object(_ intervals: [MapMeasure: ClosedRange<Double>]) -> OrderedJSON {
      .object(
        Self.names.compactMap { measure, key, _ in
          intervals[measure].map { (key, .array([.number($0.lowerBound), .number($0.upperBound)])) }
        })
    }
    return .object([("all", object(intervals.all)), ("nouns", object(intervals.nouns))])
  }
}

extension MapMeasure {
  /// Whether it is measured of nouns alone, and so the same over all words.
  var isOfNouns: Bool {
    self == .topCoverDrop || self == .randomCoverDrop || MapsReport.orderColumns.contains { $0.measure == self }
  }
}
