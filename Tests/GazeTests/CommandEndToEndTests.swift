import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Captioning
@testable import Gaze
@testable import Raster
@testable import Tensors
@testable import WeightFiles

@Suite("The built program captions photos with a small network of random weights")
struct CommandEndToEndTests {
  private let folder: CommandFolder

  init() throws {
    folder = try CommandFolder(["photos/broken.png": "no photo"])
    try SmallNetwork.write(to: folder.file("w.safetensors"))
    for (name, level) in [("one", UInt8(40)), ("two", 200)] {
      let pixels = (0..<48 * 32 * 3).map { UInt8(truncatingIfNeeded: $0 &* Int(level)) }
      let png = try PNGEncoder.encode(PixelImage(width: 48, height: 32, pixels: pixels))
      try Data(png).write(to: folder.url.appendingPathComponent("photos/\(name).png"))
    }
  }

  private func gaze(_ arguments: String...) throws -> ProgramRun {
    try ProgramRun(arguments, environment: ["GAZE_WEIGHTS": folder.path("w.safetensors")])
  }

  private func objects(_ output: String) throws -> [[String: Any]] {
    try output.split(separator: "\n").map {
      try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  @Test("a folder gives a line an image, the broken one with its error, and status 1") func json() throws {
    let run = try gaze("caption", folder.path("photos"), "--json", "--samples", "2", "--seed", "5", "--max-words", "6")
    #expect(run.status == 1)
    #expect(run.errors.contains("1 of 3 images and folders failed") && run.errors.contains("broken.png: not an image"))
    let lines = try objects(run.output)
    #expect(lines.count == 3)
    #expect(lines.map { ($0["captions"] as? [Any])?.count } == [0, 2, 2])
    #expect(lines[0]["error"] is String && lines[1]["error"] is NSNull && lines[1]["width"] as? Int == 48)
    let captions = try #require(lines[1]["captions"] as? [[String: Any]])
    #expect(captions.map { $0["seed"] as? Int } == [5, 6])
    for word in captions.flatMap({ $0["words"] as? [[String: Any]] ?? [] }) {
      let attention = try #require(word["attention"] as? [String: Any])
      let values = try #require(attention["values"] as? [Double])
      #expect(values.count == (attention["rows"] as! Int) * (attention["columns"] as! Int))
      #expect(abs(values.reduce(0, +) - 1) < 1e-4)
    }
  }

  @Test("a caption is the same alone, among others and on one thread") func sameSeed() throws {
    let photo = folder.path("photos/one.png")
    func texts(_ arguments: String...) throws -> [String] {
      let run = try ProgramRun(
        ["caption", photo, "--weights", folder.path("w.safetensors"), "--json"] + arguments)
      return try objects(run.output).flatMap {
        ($0["captions"] as? [[String: Any]] ?? []).compactMap { $0["text"] as? String }
      }
    }
    let four = try texts("--samples", "4", "--seed", "5")
    #expect(four.count == 4)
    #expect(try texts("--samples", "1", "--seed", "7", "--threads", "1") == [four[2]])
    #expect(try texts("--samples", "2", "--seed", "7") == Array(four[2...]))
  }

  @Test("skip goes on where a run stopped") func resume() throws {
    let photos = folder.path("photos")
    let first = try gaze("caption", photos + "/one.png", "--greedy", "--sidecar", "skip")
    let rest = try gaze("caption", photos, "--greedy", "--sidecar", "skip")
    #expect(first.status == 0 && rest.status == 1)
    #expect(rest.output.split(separator: "\n").count == 1 && rest.output.hasPrefix(photos + "/two.png\t"))
    #expect(rest.errors.contains("1 of 3 images had a sidecar already"))
    let text = try folder.text("photos/one.txt")
    #expect(first.output == "\(photos)/one.png\t\(text)")
  }

  /// The program may have chosen other BLAS kernels than the tests run on, which round in another order.
  private func expectClose(_ one: Tensor, _ other: Tensor) {
    #expect(one.shape == other.shape)
    let largest = other.values.map(abs).max() ?? 0
    #expect(largest > 0)
    #expect(zip(one.values, other.values).allSatisfy { abs($0 - $1) <= 1e-4 * largest })
  }

  @Test("features are the encoder's grid, of an image and of a tensor alike") func features() throws {
    let captioner = try Captioner(weightsAt: folder.file("w.safetensors"))
    let encoder = captioner.description.encoder
    let pixels = Tensor(
      [1, encoder.height, encoder.width, 3],
      goldenFill("pixels", count: encoder.height * encoder.width * 3, low: -1, high: 1, seed: 1))
    try NumPyArray.write(pixels, to: folder.file("x.npy"))
    let run = try gaze("features", "--input-npy", folder.path("x.npy"), "--output", folder.path("y.npy"))
    #expect(run.status == 0 && run.errors.isEmpty)
    let grid = try NumPyArray.read(path: folder.file("y.npy"))
    #expect(grid.shape == [1, encoder.rows, encoder.columns, encoder.channels])
    expectClose(grid, try captioner.encode(pixels).features.regions)
    let photo = folder.path("photos/two.png")
    _ = try gaze("features", photo, "--output", folder.path("z.npy"))
    expectClose(
      try NumPyArray.read(path: folder.file("z.npy")), try captioner.encode(loadImage(FilePath(photo))).features.regions
    )
    let misshaped = try gaze("features", "--input-npy", folder.path("z.npy"), "--output", folder.path("n.npy"))
    #expect(misshaped.status != 0 && misshaped.errors.contains("expected [1, \(encoder.height), \(encoder.width), 3]"))
    #expect(try !folder.names.contains("n.npy"))
  }
}
