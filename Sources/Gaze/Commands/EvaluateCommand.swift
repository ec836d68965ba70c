import ArgumentParser
import Captioning
import Files
import SystemPackage
import Training
import WeightFiles

/// `gaze evaluate`: captions an annotated set of photos and scores the captions.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Caption annotated photos and score the captions against the human ones.",
    discussion: """
      BLEU, ROUGE-L and CIDEr are those of the COCO caption evaluation. Unknown words are the share of words of the \
      human captions that are not in the vocabulary. Captions come from beam search of width 3 unless a flag says \
      otherwise. Photos that cannot be read are named and left out. Ctrl-C stops and scores what is done.

      With --maps no captions are made: the network is given the human captions word by word, and the attention map \
      of each word is measured. The columns are means over words:
        flip      correlation of a word's map with the map of the same word over the mirrored photo, flipped back; 1 \
      where maps move with the picture
        chance    the same against the map of another photo
        top 4     the share of attention on the four strongest regions
        entropy   how spread out a map is, in bits
      and how much the word's log-probability falls, in nats,
        hidden    when the four strongest regions have the mean feature of all regions instead of their own, for this \
      word alone; and when four random regions have
        covered   when those four regions are painted over in the photo, which is encoded anew; and four random ones; \
      for nouns only
      For nouns it is asked whether maps put regions in the order in which they matter:
        rank, left out  rank correlation of the map with the falls when each region alone is left out of attention for \
      this word
        rank, covered   the same when each region is painted over in the photo
        deletion        mean probability of the word while ever more regions are left out of attention, the map's \
      strongest first
        insertion       the same while ever more are let in, the strongest first; a good order has little deletion and \
      much insertion (Petsiuk et al. 2018)
        random order    either in a random order
      Intervals are those that hold 95 % of the means over as many photos drawn anew with replacement, a thousand \
      times. With --against, both networks are measured on the same words of the same photos, and the intervals are of \
      their difference. Then all kinds of maps are compared (see --map); with --map, --layer or --head only those are measured. The mean \
      map over all words follows. In JSON, entropy is in nats and entropy_bits in bits.

      Example:
        gaze evaluate --annotations captions_val.json --images photos --results mine.json
        gaze evaluate --annotations captions_val.json --images photos --weights old.safetensors --against mine.safetensors
        gaze evaluate --annotations captions_val.json --images photos --maps --nouns dog,ball --limit 300
      """)

  @Option(help: ArgumentHelp("COCO captions JSON with the human captions.", valueName: "file"))
  var annotations: FilePath

  @Option(help: ArgumentHelp("A folder with the photos; may be repeated.", valueName: "folder"))
  var images: [FilePath]

  @OptionGroup var decoding: SingleCaptionFlags

  @OptionGroup var maps: MapsFlags

  @OptionGroup var chosen: MapChoiceFlags

  @OptionGroup var network: NetworkFlags

  @Option(help: "Only the first N photos that have captions.")
  var limit: Int?

  @Option(help: ArgumentHelp("Write the captions as COCO results JSON, as gaze score reads it.", valueName: "file"))
  var results: FilePath?

  @OptionGroup var overwriting: OverwriteFlag

  @Option(
    help: ArgumentHelp(
      "Score, or with --maps measure, another network on the same photos beside this one.", valueName: "weights"))
  var against: FilePath?

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    try overwriting.checkUse([results], of: "--results")
    if let flag = chosen.given, !maps.maps { throw ValidationError("\(flag): expected with --maps") }
    if !maps.maps && maps.nouns != nil { throw ValidationError("--nouns: expected with --maps") }
    if let limit, limit < 1 { throw ValidationError("--limit: \(limit), expected at least 1") }
    if maps.maps && results != nil { throw ValidationError("--results: --maps makes no captions; leave out one") }
    if maps.maps && decoding.isGiven { throw ValidationError("--maps: makes no captions, leave out how to draw them") }
    if against != nil, results != nil {
      throw ValidationError("--results: is of one network, expected without --against")
    }
    if results == "-" { throw ValidationError("--results: -, expected a file: the scores go to standard output") }
  }

  func run() throws {
    try overwriting.check("--results", results)
    let set = try EvaluationSet(
      CocoAnnotations(path: annotations), folders: images, limit: limit, exists: \.exists)
    if set.photos.isEmpty { throw CommandFailure("\(annotations): no image has captions to compare with") }
    let captioner = try network.captioner()
    let other = try against.map { try Captioner(weightsAt: ProgramFiles.weights(flag: $0), threads: network.threads) }
    if maps.maps { return try studyMaps(of: set, with: [captioner] + (other.map { [$0] } ?? [])) }
    try decoding.validate(for: captioner)
    if let other {
      try decoding.validate(for: other)
      return try compare(captioner, with: other, on: set)
    }
    // Opened first: a file that cannot be written is told before the long work, not after it.
    let file = try results.map { try AtomicFile(path: $0) }
    let settings = try decoding.settings(otherwise: .beam(width: 3), for: captioner)
    let outcome = caption(set, with: captioner, settings)
    try report(outcome, of: captioner, settings)
    if let file, !outcome.entries.isEmpty {
      try file.write(Array(CocoResults.text(outcome.entries.map { ($0.id, $0.caption) }).utf8))
      try file.commit()
    }
    try finish(
      .init(failures: outcome.failures, isComplete: outcome.isComplete), done: outcome.entries.count,
      of: set.photos.count)
  }

  func caption(
    _ set: EvaluationSet, with captioner: Captioner, _ settings: DecodingSettings
  ) -> Evaluation.Outcome {
    let interrupt = InterruptFlag()
    let threads = BatchThreads(threads: network.threads, photos: set.photos.count)
    let ahead = LoadingAhead(set.photos.map(\.path), threads: threads) { path in
      try Evaluation.caption(loadImage(path), with: captioner, settings) { interrupt.isRaised }
    }
    interrupt.whenRaised(ahead.stop)
    let evaluation = Evaluation(set) { _ in try ahead.next().get() }
    var progress = BatchProgress(total: set.photos.count)
    defer { progress.clear() }
    return evaluation.run(
      shouldStop: { interrupt.isRaised },
      report: { event in
        switch event {
        case .captioned(_, _, let done, _), .failed(_, _, let done, _): progress.update(done: done)
        }
      })
  }

  private func report(
    _ outcome: Evaluation.Outcome, of captioner: Captioner, _ settings: DecodingSettings
  ) throws {
    guard let report = report(of: outcome, by: captioner, settings) else { return }
    try StandardOutput.write(json ? report.json.text + "\n" : report.lines.joined(separator: "\n") + "\n")
  }

  /// Nil where nothing was captioned.
  func report(
    of outcome: Evaluation.Outcome, by captioner: Captioner, _ settings: DecodingSettings
  ) -> EvaluationReport? {
    guard let scores = outcome.scores else { return nil }
    let unknown = captioner.text.unknownShare(of: outcome.entries.flatMap(\.references))
    return EvaluationReport(
      scores: ScoreReport(scores), unknownShare: unknown, failed: outcome.failures.count,
      weights: captioner.weights, settings: settings)
  }

  /// Says what was left out, and fails when something was.
  func finish(_ course: EvaluationSet.Course, done: Int, of total: Int) throws {
    let shown = 20
    if !course.failures.isEmpty {
      Diagnostics.say("\(course.failures.count) of \(total) photos failed:")
      course.failures.prefix(shown).forEach(Diagnostics.say)
      if course.failures.count > shown { Diagnostics.say("and \(course.failures.count - shown) more") }
    }
    if !course.isComplete {
      Diagnostics.say("stopped after \(done + course.failures.count) of \(total) photos")
      throw ExitCode(130)
    }
    if !course.failures.isEmpty { throw ExitCode.failure }
  }
}
