import Foundation
import TestSupport
import Testing

@testable import Gaze
@testable import Raster

@Suite("gaze caption --shard writes a file a shard, and --merge makes one of them") struct ShardCommandTests {
  private let folder: CommandFolder
  private static let count = 12

  init() throws {
    folder = try CommandFolder()
    try SmallNetwork.write(to: folder.file("w.safetensors"))
    for index in 0..<Self.count { try addPhoto("p\(index).png", shade: index) }
    try list(0..<Self.count)
  }

  private func addPhoto(_ name: String, shade: Int) throws {
    let pixels = (0..<24 * 16 * 3).map { UInt8(truncatingIfNeeded: $0 &* (10 + shade)) }
    try Data(PNGEncoder.encode(PixelImage(width: 24, height: 16, pixels: pixels)))
      .write(to: folder.url.appendingPathComponent(name))
  }

  private func list(_ indices: some Sequence<Int>) throws {
    try indices.map { "p\($0).png\n" }.joined().write(toFile: folder.path("list"), atomically: true, encoding: .utf8)
  }

  private func gaze(_ arguments: String..., environment: [String: String] = [:]) throws -> ProgramRun {
    try ProgramRun(
      ["caption", "--output", "c.jsonl"] + arguments,
      environment: ["GAZE_WEIGHTS": folder.path("w.safetensors")].merging(environment) { $1 }, folder: folder.url.path)
  }

  private func shard(_ shard: String, _ more: String...) throws -> ProgramRun {
    try ProgramRun(
      ["caption", "--output", "c.jsonl", "--files-from", "list", "--samples", "1", "--shard", shard] + more,
      environment: ["GAZE_WEIGHTS": folder.path("w.safetensors")], folder: folder.url.path)
  }

  private func merge(_ more: String...) throws -> ProgramRun {
    try ProgramRun(["caption", "--merge", "--output", "c.jsonl"] + more, folder: folder.url.path)
  }

  private func lines(_ name: String) throws -> [String] {
    try folder.text(name).split(separator: "\n").map(String.init)
  }

  @Test("the shards' lines together are those of one run") func whole() throws {
    let once = try ProgramRun(
      ["caption", "--json", "--files-from", "list", "--samples", "1"],
      environment: ["GAZE_WEIGHTS": folder.path("w.safetensors")], folder: folder.url.path)
    for number in 1...3 {
      let run = try shard("\(number)/3")
      #expect(run.status == 0 && run.output.isEmpty && run.errors.isEmpty, "\(run.errors)")
    }
    let merged = try merge()
    #expect(merged.status == 0 && merged.errors == "gaze: 12 images\n", "\(merged.errors)")
    #expect(try lines("c.jsonl").sorted() == once.output.split(separator: "\n").map(String.init).sorted())
    let again = try merge()
    #expect(again.status == 1 && again.errors == "gaze: --output: c.jsonl is there already; --overwrite replaces it\n")
    #expect(try merge("--overwrite").status == 0)
  }

  @Test("a shard that was broken off goes on where it stopped and ends as if it had not been") func resuming() throws {
    #expect(try shard("1/2").status == 0 && shard("2/2").status == 0)
    let whole = try folder.text("c.1-of-2.jsonl")
    let own = whole.split(separator: "\n").dropLast()
    // In the middle of a line, as when the machine was switched off.
    let torn = own[..<2].joined(separator: "\n") + "\n" + own[2].prefix(40)
    try torn.write(toFile: folder.path("c.1-of-2.jsonl"), atomically: true, encoding: .utf8)
    let refused = try merge()
    #expect(refused.status == 1 && refused.errors.contains("c.1-of-2.jsonl: line 3 is not whole: run this shard again"))
    let rest = try shard("1/2")
    #expect(rest.status == 0 && rest.errors == "gaze: 2 of \(own.count) images were captioned already\n")
    #expect(try folder.text("c.1-of-2.jsonl") == whole)
    #expect(try merge().status == 0)
  }

  @Test("images that were added move no other, and a shard of the older list is told") func adding() throws {
    #expect(try shard("1/2").status == 0 && shard("2/2").status == 0)
    let before = try (1...2).map { Set(try lines("c.\($0)-of-2.jsonl").dropLast()) }
    try (12..<20).forEach { try addPhoto("p\($0).png", shade: $0) }
    try list((0..<20).reversed())
    #expect(try shard("2/2").status == 0)
    let mixed = try merge()
    #expect(
      mixed.status == 1
        && mixed.errors.contains("a list of 20 names, shard 1/2 from another of 12: run the shards of the older list"))
    #expect(try shard("1/2").status == 0)
    for (index, lines) in before.enumerated() {
      #expect(lines.isSubset(of: try self.lines("c.\(index + 1)-of-2.jsonl")))
    }
    #expect(try merge().errors == "gaze: 20 images\n")
  }

  @Test("failed images have their lines and are tried again") func failures() throws {
    try Data("no picture".utf8).write(to: folder.url.appendingPathComponent("p3.png"))
    let runs = try [shard("1/2"), shard("2/2")]
    #expect(runs.map(\.status).sorted() == [0, 1])
    #expect(try merge().errors == "gaze: 12 images, 1 of them failed\n")
    try addPhoto("p3.png", shade: 3)
    for number in 1...2 { #expect(try shard("\(number)/2").status == 0) }
    #expect(try merge("--overwrite").errors == "gaze: 12 images\n")
    #expect(try lines("c.jsonl").count(where: { $0.contains("\"p3.png\"") }) == 1)
  }

  @Test("what is missing, drawn otherwise or no file of captions is said in one line") func refusals() throws {
    #expect(try merge().errors == "gaze: c.jsonl: no shards beside it, expected c.1-of-2.jsonl\n")
    #expect(try shard("2/3").status == 0)
    #expect(try merge().errors == "gaze: c.jsonl: 2 of 3 shards are not there: 1, 3\n")
    let other = try shard("2/3", "--top-k", "3")
    #expect(other.status == 1 && other.errors.contains("c.2-of-3.jsonl: its captions were drawn otherwise (1 with "))
    try SmallNetwork.write(to: folder.file("w.safetensors"), seed: 2)
    let weights = try shard("2/3")
    #expect(weights.status == 1 && weights.errors.contains("its captions were drawn by other weights"))
    #expect(try shard("2/3", "--overwrite").status == 0)
    try "shopping\nmilk".write(toFile: folder.path("c.1-of-3.jsonl"), atomically: true, encoding: .utf8)
    let foreign = try shard("1/3")
    #expect(foreign.errors.contains("c.1-of-3.jsonl: line 1 tells of no image, expected JSON Lines of gaze caption"))
    #expect(try folder.text("c.1-of-3.jsonl") == "shopping\nmilk")
    #expect(try shard("1/4").status == 0)
    #expect(try merge().errors.contains("shards of 3 and of 4 beside it, expected of one number"))
  }

  @Test("without shards a file is JSON Lines alone, and is gone on with too") func unsharded() throws {
    #expect(try gaze("p1.png", "p2.png", "--greedy").status == 0)
    let more = try gaze(".", "--greedy")
    #expect(more.status == 0, "\(more.errors)")
    let images = try lines("c.jsonl").compactMap {
      try (JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])?["image"] as? String
    }
    #expect(images.count == 14, "named otherwise they are other images")
    #expect(try gaze(".", "--greedy").errors == "gaze: 12 of 12 images were captioned already\n")
  }

  @Test("two runs do not write one file") func lock() throws {
    let first = try CaptionFile(
      folder.file("c.jsonl"), weights: .init(name: "", sha256: ""), settings: .init(), replaces: false)
    let second = try gaze("p1.png")
    #expect(second.status == 1 && second.errors == "gaze: cannot write c.jsonl: another run is writing it\n")
    withExtendedLifetime(first) {}
  }

  @Test("an array's task takes its part and says so") func scheduler() throws {
    let task = [
      "SLURM_ARRAY_TASK_ID": "1", "SLURM_ARRAY_TASK_MIN": "0", "SLURM_ARRAY_TASK_MAX": "1",
      "SLURM_ARRAY_TASK_COUNT": "2",
    ]
    let run = try gaze("--files-from", "list", "--samples", "1", environment: task)
    #expect(
      run.errors == "gaze: shard 2/2 of the images, as SLURM_ARRAY_TASK_ID says; --shard 1/1 captions all\n")
    let own = try folder.text("c.2-of-2.jsonl")
    try FileManager.default.removeItem(atPath: folder.path("c.2-of-2.jsonl"))
    #expect(try shard("2/2").status == 0 && folder.text("c.2-of-2.jsonl") == own)
  }

  @Test(
    "flags that do nothing together are refused",
    arguments: [
      ["--merge"], ["--merge", "--output", "c", "photos"], ["--merge", "--output", "c", "--shard", "1/2"],
      ["--output", "-", "photos"], ["--overwrite", "photos"], ["--shard", "3/2", "photos"],
    ]) func flags(arguments: [String])
  {
    #expect(throws: (any Error).self) { try CaptionCommand.parse(arguments) }
  }
}
