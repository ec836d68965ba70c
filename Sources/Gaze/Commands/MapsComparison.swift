import Files
import Reports
import Training

/// What `gaze evaluate --maps --against` found of two networks' maps over the same words, in words and as JSON.
struct MapsComparison {
  let a: MapsReport
  let b: MapsReport

  var lines: [String] {
    let networks = [("A", a), ("B", b)].map { name, report in
      name.padded(to: 20) + PrintableText.line(report.weights.name) + " \(report.weights.sha256.prefix(12))"
    }
    var table = FigureTable([
      ("maps of", .left), ("measure", .left), ("of", .left), ("A", .right), ("B", .right), ("B - A", .right),
      ("95 % from", .right), ("to", .right),
    ])
    for difference in differences {
      table.add(
        [difference.maps, difference.name, difference.group]
          + [difference.a, difference.b, difference.b - difference.a].map(Figures.score)
          + (difference.interval.map { [Figures.score($0.lowerBound), Figures.score($0.upperBound)] } ?? ["", ""]))
    }
    return ["photos".padded(to: 20) + "\(a.studies[0].photoCount)", "failed".padded(to: 20) + "\(a.failed)"] + networks
      + [""] + table.lines
  }

  /// A measure of both, over the same words.
  private struct Difference {
    let maps: String
    let key: String
    let name: String
    let group: String
    let a: Double
    let b: Double
    /// Of B - A; nil where there are too few photos.
    let interval: ClosedRange<Double>?
  }

  /// Kind by kind, measure by measure, over all words and over nouns.
  private var differences: [Difference] {
    zip(a.studies, b.studies).flatMap { one, other in
      let intervals = other.differenceIntervals(from: one)
      return MapsReport.names.flatMap { measure, key, name in
        [
          ("all words", one.all, other.all, intervals.all), ("nouns", one.ofNouns, other.ofNouns, intervals.nouns),
        ].compactMap { group, own, others, intervals -> Difference? in
          if measure.isOfNouns, group != "nouns" { return nil }
          guard let mean = own.means[measure], let otherMean = others.means[measure] else { return nil }
          return Difference(
            maps: a.name(one.maps), key: key, name: name, group: group, a: mean, b: otherMean,
            interval: intervals[measure])
        }
      }
    }
  }

  var json: OrderedJSON {
    let differences = differences.map { difference -> OrderedJSON in
      let ends = difference.interval.map { [$0.lowerBound, $0.upperBound] }
      return .object([
        ("maps", .string(difference.maps)), ("measure", .string(difference.key)),
        ("of", .string(difference.group == "nouns" ? "nouns" : "all")),
        ("difference", .number(difference.b - difference.a)),
        ("interval", ends.map { .array($0.map { .number($0) }) } ?? .null),
      ])
    }
    return .object([("a", a.json), ("b", b.json), ("differences", .array(differences))])
  }
}
