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
      command then goes on where it stopped, as it does with --output. Beside NAME.txt, NAME.caption.json says who wrote it, with which weights \
      and settings.

      Example:
        gaze caption photos --beam 5 --sidecar skip
        find photos -newer yesterday -print0 | gaze caption --files-from - --null --sidecar skip
        gaze caption --files-from list --shard 3/64 --output captions.jsonl
        gaze caption --merge --output captions.jsonl
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

  @OptionGroup var shards: ShardFlags

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
    if try shards.checkMerge(isAlone: paths.isEmpty && filesFrom == nil && !json && sidecar == nil) { return }
    if paths.isEmpty && filesFrom == nil {
      throw ValidationError(
        "Missing expected argument '<path> ...': name images or folders, . for this folder, or a list with --files-from"
      )
    }
    if null && filesFrom == nil { throw ValidationError("--null: expected with --files-from") }
    if let flag = maps.given, !isJSON { throw ValidationError("\(flag): expected with --json, which tells maps") }
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

  private var isJSON: Bool { json || shards.output != nil }

  func run() throws {
    if shards.merge { return try shards.mergeAll() }
    let shard = try shards.chosen()
    var list = try filesFrom.map { path in try NameStream(path, ending: null ? .null : .newline) }
    let first = try list?.peek()
    if let list, paths.isEmpty && first == nil {
      // What a search found nothing for is done.
      return Diagnostics.say("\(list.name): names nothing to caption")
    }
    let captioner = try network.captioner()
    try decoding.validate(for: captioner)
    try maps.validate(for: captioner)
    let drawing = try decoding.settings(for: captioner)
    let named = ImageList(paths)
    if list == nil, named.images.isEmpty && named.problems.isEmpty {
      throw CommandFailure("\(paths[0]): no images in there")
    }
    let file = try shards.file(of: shard, weights: captioner.weights, settings: drawing)
    let source = ImageSource(named, list: list, shard: shard) { [done = file?.done ?? []] in done.contains($0) }
    let total = list == nil ? named.images.count { shard.contains(PathHash($0)) } : nil
    let outcome = try caption(
      source, of: total, with: captioner, drawing, to: file, until: InterruptFlag())
    let account = source.account
    if outcome.isComplete { try file?.finish(shard, listed: account.listed, sum: account.sum) }
    try CaptionEnd(outcome: outcome, account: account, counted: total).tell()
  }

  private func caption(
    _ source: ImageSource, of total: Int?, with captioner: Captioner, _ settings: DecodingSettings,
    to file: CaptionFile?, until interrupt: InterruptFlag
  ) throws -> CaptionBatch.Outcome {
    let batch = CaptionBatch(
      captioner: MapTeller(captioner: captioner, maps: isJSON ? maps.choice(for: captioner) : nil), settings: settings,
      sidecar: sidecar, replacesEdits: replaceEdited, threads: BatchThreads(threads: network.threads, photos: total))
    var progress = BatchProgress(total: total)
    defer { progress.clear() }
    let output = InterruptibleOutput(until: interrupt)
    return try batch.run(
      next: source.next, isCancelled: { interrupt.isRaised }, whenCancelled: interrupt.whenRaised,
      progress: { progress.update(done: $0) }
    ) { image in
      if let file { return try file.append(image) }
      progress.clear()
      try output.write(json ? CaptionLine.json(image, weights: captioner.weights) : CaptionLine.plain(image))
    }
  }
}

extension SidecarPolicy: ExpressibleByArgument {}
