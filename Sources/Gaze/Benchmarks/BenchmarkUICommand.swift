import ArgumentParser
import Captioning
import Files
import Foundation
import Raster
import SystemPackage
import Tensors
import Terminal

/// `gaze benchmark ui`: how long keys take to show.
struct BenchmarkUICommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ui", abstract: "Keys to frames, in a folder of many photos and while captioning.",
    discussion: """
      Runs the browser on a terminal of its own and types as fast as a held key repeats: through the list, through \
      the grid, and among captions being made. Told in milliseconds, a key being the time from typing it to the end of \
      the next frame drawn to the terminal. Then changes top-k and temperature key by key: redraw is the time to the \
      end of the first frame with the new captions. Last, starts the program anew on one image with Enter typed at \
      once: cold_start is the median of several, from the start of the process.

      Example: gaze benchmark ui --photos 100000 --keys 300
      """)

  @Argument(help: "An image to fill the folder with; made up when none is given.")
  var image: FilePath?

  @Option(help: "Photos in the folder.")
  var photos = 100_000

  @Option(help: "Keys typed in each of the three parts.")
  var keys = 300

  @Option(help: ArgumentHelp("Columns and rows of the terminal.", valueName: "COLSxROWS"))
  var size = GridSize(columns: 120, rows: 40)

  @Option(help: "The weights to caption with.")
  var weights: FilePath?

  @Option(help: "Threads to use.")
  var threads = ThreadPool.availableProcessors

  func validate() throws {
    if !(1...1_000_000).contains(photos) { throw ValidationError("--photos: \(photos), expected 1…1000000") }
    if !(1...1_000_000).contains(keys) { throw ValidationError("--keys: \(keys), expected 1…1000000") }
    try FlagCheck.checkThreads(threads)
  }

  func run() throws {
    let weights = try ProgramFiles.weights(flag: weights)
    let image = image?.absolute(in: .current)
    let folder = try MadeUpFolder(photos: photos, of: image)
    defer { folder.remove() }
    let browser = BrowserRun(folder: folder.path, size: size, weights: weights, threads: threads)
    let parts = try ScriptedPart.all.map { ($0.name, OrderedJSON.object(try browser.play($0, keys: keys).members)) }
    let redraws = KeyTimings.members(of: try browser.redraw(keys: keys).sorted())
    let start = try ColdStart(photo: folder.photo, size: size, weights: weights, threads: threads).medians(runs: 9)
    let object = OrderedJSON.object(
      [("name", .string("ui")), ("photos", .integer(photos))] + parts
        + [
          ("redraw", .object(redraws)), ("cold_start", .object(start.members)), ("threads", .integer(threads)),
          ("columns", .integer(size.columns)), ("rows", .integer(size.rows)),
        ])
    try StandardOutput.write(object.text + "\n")
  }
}

extension ColdStart.Times {
  var members: [(String, OrderedJSON)] {
    [("first_frame_ms", Timings.number(firstFrame)), ("first_caption_ms", Timings.number(firstCaption))]
  }
}

/// Keys typed over and over.
struct ScriptedPart {
  let name: String
  /// Typed once, before the others.
  let opening: String
  let keys: [String]

  /// Moving by lines and pages, to the end and back; the same among small pictures; captions with their words and
  /// settings changed, on one photo after another.
  static let all = [
    ScriptedPart(
      name: "list", opening: "", keys: Array(repeating: "j", count: 20) + ["\u{6}", "\u{6}", "k", "G", "k", "g"]),
    ScriptedPart(name: "grid", opening: "v", keys: Array(repeating: "j", count: 10) + ["l", "\u{6}", "k", "G", "g"]),
    ScriptedPart(
      name: "captioning", opening: "", keys: ["\r", "l", "l", "]", "l", "=", "l", "s", "l", "a", "a", "b", "j"]),
  ]
}

/// What a run of the browser took.
struct KeyTimings {
  /// Milliseconds, sorted; at least one.
  let keys: [Double]
  let firstFrame: Double
  /// Until the whole folder was listed, and until the first caption stood; nil where that did not happen.
  var listed: Double?
  var captioned: Double?

  /// The value that a share of the sorted times do not exceed.
  private static func percentile(_ share: Double, of sorted: [Double]) -> Double {
    sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
  }

  /// How many times there are and how they are spread; at least one, sorted.
  static func members(of sorted: [Double]) -> [(String, OrderedJSON)] {
    [
      ("keys", .integer(sorted.count)), ("p50_ms", Timings.number(percentile(0.5, of: sorted))),
      ("p99_ms", Timings.number(percentile(0.99, of: sorted))), ("max_ms", Timings.number(sorted.last!)),
    ]
  }

  var members: [(String, OrderedJSON)] {
    Self.members(of: keys) + [("first_frame_ms", Timings.number(firstFrame))]
      + [("listed_ms", listed), ("first_caption_ms", captioned)].compactMap { name, value in
        value.map { (name, Timings.number($0)) }
      }
  }
}
