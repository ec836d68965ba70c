import ArgumentParser
import Captioning
import Files
import Raster
import SystemPackage

/// `gaze benchmark maps`: how long a caption's maps take beside the caption itself.
struct BenchmarkMapsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "maps", abstract: "Maps of a caption's words, beside encoding and decoding.",
    discussion: """
      The photo is encoded, a greedy caption of --words words is drawn, which has maps of attention, and its words are \
      given maps of other kinds, each time as for a photo that is seen for the first time. longest_wait_ms is how long \
      each goes on at most before it asks whether to end.

      Example: gaze benchmark maps dog.jpg --weights blip-image-captioning-base --runs 5
      """)

  @Argument(help: "An image file.")
  var image: FilePath

  @OptionGroup var flags: BenchmarkFlags

  @Option(help: "The weights to use.")
  var weights: FilePath?

  @Option(help: "Words of the caption.")
  var words = 10

  func validate() throws {
    try FlagCheck.check("--words", words, (1...DecodingSettings.longestCaption).contains(words), "1…64")
  }

  func run() throws {
    let path = try ProgramFiles.weights(flag: weights)
    let captioner = try Captioner(weightsAt: path, threads: flags.threads)
    let photo = try ImageDecoder.decode(path: image)
    var seen = try captioner.encode(photo)
    let encode = try measure { seen = try captioner.encode(photo, isCancelled: $0) }
    let settings = DecodingSettings(mode: .greedy, samples: 1, minWords: words, maxWords: words)
    var captions = try captioner.captions(for: seen, settings: settings)
    let decode = try measure { captions = try captioner.captions(for: seen, settings: settings, isCancelled: $0) }
    let kinds = try [MapKind.value, .gradient].map { kind in
      var unseen = seen
      let told = try measure(after: { unseen = captioner.image(of: seen.features) }) {
        _ = try captioner.retold(captions, for: unseen, maps: MapChoice(kind: kind), isCancelled: $0)
      }
      return (kind.rawValue, told)
    }
    let object = OrderedJSON.object(
      [("name", .string("maps")), ("runs", .integer(flags.runs)), ("encode", encode), ("decode", decode)] + kinds + [
        ("threads", .integer(flags.threads)), ("weights", .string(FileName.text(path))),
        ("tokens", .integer(captions[0].words.reduce(0) { $0 + $1.tokens.count })),
      ])
    try StandardOutput.write(object.text + "\n")
  }

  /// Times work, and how long it goes on at most without asking whether to end.
  /// - Parameter setUp: done before each run, untimed.
  private func measure(
    after setUp: () -> Void = {}, _ work: (_ isCancelled: () -> Bool) throws -> Void
  ) rethrows -> OrderedJSON {
    let clock = ContinuousClock()
    var longest = 0.0
    let timings = try flags.collect {
      setUp()
      let start = clock.now
      var last = start
      func ask() -> Bool {
        let now = clock.now
        (longest, last) = (max(longest, (now - last) / .milliseconds(1)), now)
        return false
      }
      try work(ask)
      _ = ask()
      return (last - start) / .milliseconds(1)
    }
    return .object(timings.members + [("longest_wait_ms", Timings.number(longest))])
  }
}
