import ArgumentParser
import Captioning
import Files
import Glibc
import PhotoLibrary
import Reports
import SystemPackage

/// `gaze caption`: captions without the interface.
struct CaptionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "caption",
    abstract: "Caption images.",
    discussion: """
      Folders are walked. Output is a line for each caption: path, tab, caption and, of several, tab and \
      log-probability; with --json a line for each image. Ctrl-C keeps what is done; with --sidecar skip the same \
      command then goes on where it stopped. Beside NAME.txt, NAME.caption.json says who wrote it, with which weights \
      and settings.

      Example:
        gaze caption photos --beam 5 --sidecar skip
        find photos -newer yesterday -print0 | gaze caption --files-from - --null --sidecar skip
        gaze caption dog.jpg --prefix "a man" --greedy
        gaze caption dog.jpg --samples 3 --top-k 20 --temperature 0.8 --seed 7 --json
      """)

  @Argument(help: ArgumentHelp("Images and folders of images; - is an image on standard input.", valueName: "path"))
  var paths: [FilePath] = []

  @Option(
    help: ArgumentHelp("Caption what this list names too, a line each; - is standard input.", valueName: "file"))
  var filesFrom: FilePath?

  @Flag(name: [.customShort("0"), .long], help: "Names in --files-from end with a zero, as find -print0 writes them.")
  var null = false

  @OptionGroup var decoding: DecodingFlags

  @OptionGroup var maps: MapChoiceFlags

  @OptionGroup var network: NetworkFlags

  @Flag(help: "Print one JSON object for each image, with attention for each word.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "Write the best caption beside each image, as NAME.txt.", valueName: "skip|overwrite|append|prepend"))
  var sidecar: SidecarPolicy?

  @Flag(help: "Let --sidecar overwrite replace captions edited by hand too, which it otherwise leaves and counts.")
  var replaceEdited = false

  func validate() throws {
    if paths.isEmpty && filesFrom == nil {
      throw ValidationError(
        "Missing expected argument '<path> ...': name images or folders, . for this folder, or a list with --files-from"
      )
    }
    if null && filesFrom == nil { throw ValidationError("--null: expected with --files-from") }
    if let flag = maps.given, !json { throw ValidationError("\(flag): expected with --json, which tells maps") }
    if filesFrom == "-" && paths.contains("-") {
      throw ValidationError("--files-from -: standard input cannot be an image too")
    }
    if sidecar != nil && filesFrom == nil && Set(paths) == ["-"] {
      throw ValidationError("--sidecar: an image on standard input has no place for one, expected files")
    }
    if replaceEdited, sidecar != .overwrite {
      throw ValidationError("--replace-edited: expected with --sidecar overwrite")
    }
  }

  func run() throws {
    let named = try filesFrom.map { try NameList.read($0, ending: null ? .null : .newline) } ?? []
    if let filesFrom, paths.isEmpty && named.isEmpty {
      // What a search found nothing for is done.
      return Diagnostics.say("\(filesFrom == "-" ? StandardInput.name : filesFrom): names nothing to caption")
    }
    let captioner = try network.captioner()
    try decoding.validate(for: captioner)
    try maps.validate(for: captioner)
    let settings = try decoding.settings(for: captioner)
    let list = ImageList(paths + named)
    if list.images.isEmpty && list.problems.isEmpty {
      throw CommandFailure("\((paths + named)[0]): no images in there")
    }
    let interrupt = InterruptFlag()
    let outcome = try caption(list, with: captioner, settings, until: interrupt)
    try finish(outcome, of: list.images.count + list.problems.count)
  }

  private func caption(
    _ list: ImageList, with captioner: Captioner, _ settings: DecodingSettings, until interrupt: InterruptFlag
  ) throws -> CaptionBatch.Outcome {
    let batch = CaptionBatch(
      captioner: MapTeller(captioner: captioner, maps: maps.choice), settings: settings, sidecar: sidecar,
      replacesEdits: replaceEdited)
    var progress = BatchProgress(total: list.images.count)
    let output = InterruptibleOutput(until: interrupt)
    var outcome = try batch.run(
      list.images, isCancelled: { interrupt.isRaised }, whenCancelled: interrupt.whenRaised,
      progress: { progress.update(done: $0) }
    ) {
      progress.clear()
      try output.write(json ? CaptionLine.json($0, weights: captioner.weights) : CaptionLine.plain($0))
    }
    progress.clear()
    outcome.failures = list.problems + outcome.failures
    return outcome
  }

  /// Says what was left out, and fails when something was.
  private func finish(_ outcome: CaptionBatch.Outcome, of total: Int) throws {
    if outcome.skipped > 0 { Diagnostics.say("\(outcome.skipped) of \(total) images had a sidecar already") }
    if outcome.kept > 0 {
      Diagnostics.say(
        "\(outcome.kept) of \(total) sidecars were edited by hand and left; --replace-edited replaces them")
    }
    if total > 1, !outcome.failures.isEmpty {
      Diagnostics.say("\(outcome.failures.count) of \(total) images and folders failed:")
    }
    outcome.failures.forEach(Diagnostics.say)
    if !outcome.isComplete {
      Diagnostics.say("stopped after \(outcome.captioned) of \(total - outcome.skipped - outcome.kept) images")
      throw ExitCode(130)
    }
    if !outcome.failures.isEmpty { throw ExitCode.failure }
  }
}

extension SidecarPolicy: ExpressibleByArgument {}
