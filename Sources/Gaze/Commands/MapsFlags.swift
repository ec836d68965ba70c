import ArgumentParser
import Captioning
import Files
import Training

/// Looking into attention maps instead of scoring captions.
struct MapsFlags: ParsableArguments {
  @Flag(help: "Measure what the attention maps mean, over the human captions; no captions are made.")
  var maps = false

  private static let usualNouns = "dog,man,woman,boy,girl,people,ball,water,grass,snow,bike,car"

  @Option(
    help: ArgumentHelp(
      "With --maps: words told of on their own, separated by commas (default: \(usualNouns)).", valueName: "words"))
  var nouns: String?

  var nounList: [String] {
    (nouns ?? Self.usualNouns).split(whereSeparator: { $0 == "," || $0 == " " }).map(String.init)
  }
}

extension EvaluateCommand {
  /// Runs the study over the photos that can be read, until Ctrl-C.
  /// - Parameter captioners: one, or two that are compared.
  func studyMaps(of set: EvaluationSet, with captioners: [Captioner]) throws {
    let interrupt = InterruptFlag()
    let ahead = LoadingAhead(set.photos.map(\.path), load: loadImage)
    interrupt.whenRaised(ahead.stop)
    for captioner in captioners { try chosen.validate(for: captioner) }
    var studies = try captioners.map { captioner in
      let kinds =
        chosen.given == nil
        ? [MapKind.attention, .value, .gradient].map { MapChoice(kind: $0) } : [chosen.choice(for: captioner)]
      return try kinds.map { try MapStudy(captioner, nouns: maps.nounList, maps: $0) }
    }
    var progress = BatchProgress(total: set.photos.count)
    let course = set.forEach(load: { _ in try ahead.next().get() }, shouldStop: { interrupt.isRaised }) {
      photo, image, done in
      // Of a photo that one network cannot take in, none has anything.
      var added = studies
      for (index, captioner) in captioners.enumerated() {
        try MapStudy.add(image, captions: photo.references, to: &added[index], with: captioner) { interrupt.isRaised }
      }
      studies = added
      progress.update(done: done)
    }
    progress.clear()
    let reports = zip(studies, captioners).map { studies, captioner in
      MapsReport(
        studies: studies, sizes: captioner.maps(), failed: course.failures.count, weights: captioner.weights)
    }
    let comparison = reports.count > 1 ? MapsComparison(a: reports[0], b: reports[1]) : nil
    let lines = comparison?.lines ?? reports[0].lines
    try StandardOutput.write(
      json ? (comparison?.json ?? reports[0].json).text + "\n" : lines.joined(separator: "\n") + "\n")
    try finish(course, done: studies[0][0].photoCount, of: set.photos.count)
  }
}
