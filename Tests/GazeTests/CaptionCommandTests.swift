import Files
import Foundation
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Captioning
@testable import Gaze
@testable import PhotoLibrary
@testable import Raster
@testable import Reports
@testable import Training

@Suite("gaze caption captions every image it can and reports the rest")
struct CaptionCommandTests {
  /// Photos by name: as wide as the name's digit says, unreadable without one.
  private static let load: @Sendable (FilePath) throws -> PixelImage = { path in
    guard let width = path.string.compactMap(\.wholeNumberValue).last else { throw CommandFailure("\(path): no photo") }
    return PixelImage(width: width, height: 2, pixels: [UInt8](repeating: 0, count: width * 6))
  }

  private func run(
    _ images: [FilePath], sidecar: SidecarPolicy? = nil, replacesEdits: Bool = false, threads: Int = 1,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) -> (outcome: CaptionBatch.Outcome, results: [CaptionedImage]) {
    var batch = CaptionBatch(
      captioner: SizeTeller(), settings: DecodingSettings(samples: 1), sidecar: sidecar, replacesEdits: replacesEdits,
      threads: BatchThreads(threads: threads, photos: images.count))
    batch.load = Self.load
    var results: [CaptionedImage] = []
    let outcome = batch.run(images, isCancelled: isCancelled) { results.append($0) }
    return (outcome, results)
  }

  @Test("results come in order, with failures among them and told at the end", arguments: [1, 2, 4])
  func failures(threads: Int) {
    let (outcome, results) = run(["3.jpg", "x.jpg", "1.jpg", "5.jpg"], threads: threads)
    #expect(results.map { $0.captions.map(\.text) } == [["3 by 2"], [], [], ["5 by 2"]])
    #expect(results.map(\.error) == [nil, "x.jpg: no photo", "too narrow", nil])
    #expect(results.map { $0.size?.width } == [3, nil, 1, 5])
    #expect(outcome.failures == ["x.jpg: no photo", "too narrow"])
    #expect(outcome.captioned == 2 && outcome.isComplete)
  }

  @Test("an interruption drops the image at work and keeps those before") func interruption() throws {
    let folder = try CommandFolder()
    let asked = Mutex(0)
    let images = (2...6).map { folder.file("a\($0).jpg") }
    // Asked once for each image: the second time is inside the second image.
    let (outcome, results) = run(images, sidecar: .overwrite) {
      asked.withLock { asked in
        asked += 1
        return asked >= 2
      }
    }
    #expect(results.count == 1 && outcome.captioned == 1 && !outcome.isComplete)
    #expect(try folder.names == ["a2.caption.json", "a2.txt"])
  }

  @Test("an interruption on several threads keeps an unbroken row of images, each with its sidecar")
  func interruptionOfSeveral() throws {
    let folder = try CommandFolder()
    let isCancelled = Atomic(false)
    let images = (1...60).map { folder.file("\(100 + $0)-4.jpg") }
    var batch = CaptionBatch(
      captioner: SizeTeller(), settings: DecodingSettings(samples: 1), sidecar: .overwrite,
      threads: BatchThreads(threads: 4, photos: 60))
    batch.load = { path in
      if path == images[20] { isCancelled.store(true, ordering: .relaxed) }
      return try Self.load(path)
    }
    var results: [FilePath] = []
    let outcome = batch.run(images, isCancelled: { isCancelled.load(ordering: .relaxed) }) { results.append($0.path) }
    #expect(!outcome.isComplete && outcome.captioned == results.count && results.count <= 20)
    #expect(results == Array(images.prefix(results.count)))
    let sidecars = results.map { "\($0.stem!).txt" } + results.map { "\($0.stem!).caption.json" }
    #expect(try folder.names == sidecars.sorted())
  }

  @Test("a network's captions, drawn and sampled, are the same on any number of threads") func threads() throws {
    let captioner = try Captioner.random(CompactShape.tiny, inputSize: 16, width: 8, words: ["red", "green", "blue"])
    func lines(_ threads: Int, _ mode: DecodingSettings) -> [String] {
      var batch = CaptionBatch(
        captioner: MapTeller(captioner: captioner, maps: MapChoice(kind: .attention)), settings: mode,
        threads: BatchThreads(threads: threads, photos: nil))
      batch.load = { path in
        guard let seed = Int(path.stem ?? "") else { throw CommandFailure("\(path): no photo") }
        return PixelImage(width: 9, height: 7, pixels: (0..<189).map { UInt8(truncatingIfNeeded: $0 * seed) })
      }
      var lines: [String] = []
      let images = (1...24).map { FilePath($0 == 13 ? "broken.png" : "\($0).png") }
      let outcome = batch.run(images, isCancelled: { false }) {
        lines.append(CaptionLine.json($0, weights: captioner.weights))
      }
      #expect(outcome.isComplete && outcome.captioned == 23 && outcome.failures == ["broken.png: no photo"])
      return lines
    }
    for settings in [DecodingSettings(seed: 5, samples: 3), DecodingSettings(mode: .beam(width: 3), samples: 1)] {
      let alone = lines(1, settings)
      #expect(Set(alone).count == 24)
      for threads in [2, 3, 8] { #expect(lines(threads, settings) == alone) }
    }
  }

  @Test("a sidecar is left, replaced or added to as asked, and skip captions only what has none") func sidecars() throws
  {
    let folder = try CommandFolder(["a4.txt": "old"])
    let images = ["a4.jpg", "b.c5.png"].map(folder.file)
    let (outcome, results) = run(images, sidecar: .skip)
    #expect(outcome.skipped == 1 && results.map { $0.captions[0].text } == ["5 by 2"])
    #expect(try folder.text("a4.txt") == "old" && folder.text("b.c5.txt") == "5 by 2\n")
    _ = run(images, sidecar: .append)
    #expect(try folder.text("a4.txt") == "old\n4 by 2\n")
    #expect(try folder.text("b.c5.txt") == "5 by 2\n", "what is there is not added again")
    _ = run(images, sidecar: .append)
    _ = run([images[0]], sidecar: .prepend)
    #expect(try folder.text("a4.txt") == "old\n4 by 2\n" && folder.text("b.c5.txt") == "5 by 2\n")
    try Data("old".utf8).write(to: folder.url.appendingPathComponent("a4.txt"))
    _ = run([images[0]], sidecar: .prepend)
    #expect(try folder.text("a4.txt") == "4 by 2\nold\n")
    _ = run(images, sidecar: .overwrite)
    #expect(try folder.text("a4.txt") == "4 by 2\n")
    #expect(try folder.names == ["a4.caption.json", "a4.txt", "b.c5.caption.json", "b.c5.txt"])
  }

  @Test("who wrote a sidecar is told beside it, also after lines were added") func authors() throws {
    let folder = try CommandFolder(["c6.txt": "of another program"])
    let images = ["a4.jpg", "b5.jpg", "c6.jpg"].map(folder.file)
    func authors() -> [SidecarText.Author?] { images.map { Sidecar.read(for: $0)?.author } }
    try writeByHand("mine", beside: images[1])
    _ = run(images, sidecar: .skip)
    #expect(authors() == [.machine, .human, .unknown])
    _ = run(images, sidecar: .append)
    #expect(authors() == [.machine, .mixed, .unknown], "what is partly a network's is not called a person's")
    #expect(try folder.text("b5.txt") == "mine\n5 by 2\n")
    _ = run(images, sidecar: .prepend)
    #expect(authors() == [.machine, .mixed, .unknown])
    let (outcome, _) = run(images, sidecar: .overwrite)
    #expect(authors() == [.machine, .mixed, .machine] && outcome.kept == 1, "nor is it replaced unasked")
  }

  @Test("captions edited by hand are overwritten only when that is said") func edits() throws {
    let folder = try CommandFolder()
    let images = ["a4.jpg", "b5.jpg"].map(folder.file)
    try writeByHand("mine", beside: images[0])
    let (outcome, results) = run(images, sidecar: .overwrite)
    #expect(outcome.kept == 1 && outcome.skipped == 0 && outcome.failures.isEmpty)
    #expect(results.map(\.path) == [images[1]])
    #expect(try folder.text("a4.txt") == "mine\n" && folder.text("b5.txt") == "5 by 2\n")
    let all = run(images, sidecar: .overwrite, replacesEdits: true)
    #expect(all.outcome.kept == 0 && all.results.count == 2)
    #expect(try folder.text("a4.txt") == "4 by 2\n")
    #expect(Sidecar.read(for: images[0])?.author == .machine)
  }

  @Test("an edit made while the network was at work is not overwritten") func editMeanwhile() throws {
    let folder = try CommandFolder()
    let image = folder.file("a4.jpg")
    var batch = CaptionBatch(captioner: SizeTeller(), settings: DecodingSettings(samples: 1), sidecar: .overwrite)
    batch.load = { path in
      try writeByHand("mine", beside: path)
      return try Self.load(path)
    }
    let outcome = batch.run([image], isCancelled: { false }) { _ in }
    #expect(outcome.kept == 1 && outcome.captioned == 1)
    #expect(try folder.text("a4.txt") == "mine\n")
  }

  @Test("two images that would share a sidecar do not overwrite each other") func sharedSidecar() throws {
    let folder = try CommandFolder()
    let (outcome, _) = run([folder.file("a4.jpg"), folder.file("a4.png")], sidecar: .overwrite)
    #expect(outcome.captioned == 1 && outcome.failures.count == 1)
    #expect(outcome.failures[0].contains("a4.txt is that of"))
  }

  @Test("the sidecar gets the likeliest caption for its length") func best() {
    let captions = [makeCaption("a", logProbability: -2), makeCaption("a b c d e", logProbability: -4)]
    #expect(CaptionBatch.best(captions)?.text == "a b c d e")
    #expect(CaptionBatch.best([]) == nil)
  }

  @Test("a JSON line has the keys and the order scripts rely on") func json() {
    var settings = DecodingSettings(samples: 1)
    settings.seed = 7
    var image = CaptionedImage(path: "a \"b\"\u{1b}.jpg", size: (640, 480))
    image.captions = [makeCaption("dog", logProbability: -9.1, settings: settings)]
    let weights = WeightsIdentity(name: "w", sha256: "00ff")
    #expect(
      CaptionLine.json(image, weights: weights)
        == #"{"image":"a \"b\"\u001b.jpg","width":640,"height":480,"error":null,"#
        + #""weights":{"name":"w","sha256":"00ff"},"captions":[{"text":"dog","log_probability":-9.1,"finished":true,"#
        + #""mode":"sample","top_k":10,"temperature":1.0,"seed":7,"words":[{"word":"dog","token":2,"probability":0.5,"#
        + #""log_probability":-0.75,"attention":{"rows":1,"columns":2,"values":[0.25,0.75]},"#
        + #""tokens":[{"text":"dog","token":2,"probability":0.5,"log_probability":-0.75}],"entropy_bits":0.8112781,"#
        + #""alternatives":[]}]}],"version":1}"# + "\n")
    let failed = CaptionedImage(path: "x", error: "no\nphoto")
    #expect(
      CaptionLine.json(failed, weights: weights) == #"{"image":"x","width":null,"height":null,"error":"no\nphoto","#
        + #""weights":{"name":"w","sha256":"00ff"},"captions":[],"version":1}"# + "\n")
  }

  @Test("modes are named in JSON, and no value is other than JSON") func modes() {
    func line(_ settings: DecodingSettings) -> String {
      let captions = [makeCaption("a", logProbability: -.infinity, settings: settings)]
      return CaptionLine.json(
        CaptionedImage(path: "x", captions: captions), weights: WeightsIdentity(name: "", sha256: ""))
    }
    #expect(line(DecodingSettings(mode: .greedy)).contains(#""mode":"greedy","top_k":1,"#))
    #expect(line(DecodingSettings(mode: .beam(width: 4))).contains(#""mode":"beam","beam":4,"#))
    #expect(line(DecodingSettings()).contains(#""log_probability":null,"#))
  }

  @Test("plain lines are path, caption and, of several, log-probability; no control character passes") func plain() {
    var image = CaptionedImage(path: "a\tb\u{1b}[2J.jpg")
    image.captions = [makeCaption("a dog", logProbability: -9.126)]
    #expect(CaptionLine.plain(image) == "a\u{fffd}b\u{fffd}[2J.jpg\ta dog\n")
    image.captions.append(makeCaption("x", logProbability: -0.004))
    #expect(CaptionLine.plain(image).hasSuffix("\ta dog\t-9.13\na\u{fffd}b\u{fffd}[2J.jpg\tx\t0.00\n"))
  }

  @Test("flags become settings") func flags() throws {
    #expect(try DecodingFlags.parse([]).settings == DecodingSettings())
    let all = [
      "--samples", "3", "--top-k", "4", "--temperature", "0.5", "--seed", "9", "--min-words", "2", "--max-words", "8",
    ]
    #expect(
      try DecodingFlags.parse(all).settings
        == DecodingSettings(topK: 4, temperature: 0.5, seed: 9, samples: 3, minWords: 2, maxWords: 8))
    #expect(try DecodingFlags.parse(["--prompt", "a picture of"]).settings == DecodingSettings(prompt: "a picture of"))
    #expect(try DecodingFlags.parse(["--greedy"]).settings == DecodingSettings(mode: .greedy, samples: 1))
    #expect(try DecodingFlags.parse(["--beam", "3"]).settings == DecodingSettings(mode: .beam(width: 3), samples: 1))
  }

  @Test(
    "values out of range are refused by name",
    arguments: [
      ["--samples", "0"], ["--top-k", "0"], ["--temperature", "0"], ["--temperature", "nan"], ["--temperature", "inf"],
      ["--beam", "0"], ["--max-words", "65"], ["--max-words", "0"], ["--min-words", "9", "--max-words", "8"],
      ["--seed", "-1"],
      ["--greedy", "--beam", "2"],
    ]) func badFlags(arguments: [String])
  {
    let error = #expect(throws: (any Error).self) { try DecodingFlags.parse(arguments) }
    #expect(error.map { DecodingFlags.message(for: $0) }?.contains(arguments[0]) == true)
  }

  @Test("folders are walked in order without hidden files; named images are taken as they are, once") func list() throws
  {
    let folder = try CommandFolder([
      "b/10.jpg": "", "b/2.JPG": "", "a.png": "", "notes.md": "", ".hidden/x.jpg": "", ".y.jpg": "", "c/d/e.jpeg": "",
    ])
    let list = ImageList([folder.file(""), folder.file("notes.md"), "-", "missing.jpg", folder.file("a.png")])
    let names = list.images.map { $0.string.replacingOccurrences(of: folder.url.path + "/", with: "") }
    #expect(names == ["a.png", "b/2.JPG", "b/10.jpg", "c/d/e.jpeg", "notes.md", "-", "missing.jpg"])
    #expect(list.problems.isEmpty)
  }

  @Test("the progress line tells how many, how fast and how long still") func progress() {
    #expect(BatchProgress.line(done: 0, total: 8, elapsed: .zero) == "[                    ] 0/8")
    #expect(
      BatchProgress.line(done: 2, total: 8, elapsed: .seconds(1))
        == "[=====               ] 2/8  2.0 images/s  0:03 left")
    #expect(Figures.duration(3723.4) == "1:02:03" && Figures.duration(59.6) == "1:00")
  }
}

/// What the browser writes for a caption edited by hand.
private func writeByHand(_ text: String, beside photo: FilePath) throws {
  let origin = CaptionOrigin(
    text: text, author: .human, drawn: makeCaption("drawn", logProbability: -1),
    weights: WeightsIdentity(name: "w", sha256: ""))
  try SidecarFiles(origin, for: photo).write(for: photo)
}
