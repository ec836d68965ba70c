import Foundation
import TestSupport
import Testing

@testable import Captioning
@testable import Gaze
@testable import Raster
@testable import Training
@testable import WeightFiles

@Suite("EfficientNet-Lite is imported, looked at, built on and learnt from by commands")
struct EfficientNetLiteCommandTests {
  private let folder: CommandFolder

  init() throws {
    let images = (0..<8).map { #"{"id": \#($0), "file_name": "\#($0).png"}"# }
    let captions = (0..<8).map { #"{"image_id": \#($0), "caption": "a dog and a cat \#($0 % 2)"}"# }
    folder = try CommandFolder([
      "captions.json":
        #"{"images": [\#(images.joined(separator: ","))], "annotations": [\#(captions.joined(separator: ","))]}"#,
      "photos/.keep": "",
    ])
    for index in 0..<8 {
      let pixels = (0..<20 * 20 * 3).map { UInt8(truncatingIfNeeded: $0 &* (index + 3)) }
      let png = try PNGEncoder.encode(PixelImage(width: 20, height: 20, pixels: pixels))
      try Data(png).write(to: folder.url.appendingPathComponent("photos/\(index).png"))
    }
  }

  private func gaze(_ arguments: [String]) throws -> ProgramRun {
    try ProgramRun(arguments, folder: folder.url.path)
  }

  private func importLite() throws {
    let run = try gaze(["import", Fixtures.path("lite/legacy.pth").string, "--output", "lite.safetensors"])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors.contains("EfficientNet-Lite of other sizes, an encoder with 7 classes, 50953 parameters"))
  }

  @Test("what only Keras' captioners have is refused of it") func importFlags() throws {
    for flag in [["--vocabulary", "v.txt"], ["--scaling", "symmetric"]] {
      let run = try gaze(["import", Fixtures.path("lite/legacy.pth").string, "--output", "w.safetensors"] + flag)
      #expect(run.status != 0 && run.errors.contains(flag[0]))
    }
    #expect(try folder.names == ["captions.json", "photos"])
  }

  @Test("a frozen one is captioned with") func captioning() throws {
    try importLite()
    let inspected = try gaze(["inspect", "lite.safetensors"])
    #expect(inspected.output.contains("efficientnet_lite") && inspected.output.contains("scaled to -127/128…1"))
    #expect(inspected.output.contains("8×8 cells of 160"))
    let features = try gaze(["features", "photos/0.png", "--weights", "lite.safetensors", "--output", "f.npy"])
    #expect(features.status == 0, "\(features.errors)")
    #expect(try NumPyFile(folder.url.appendingPathComponent("f.npy")).shape == [1, 8, 8, 160])
    let train = try gaze([
      "train", "--encoder", "lite.safetensors", "--freeze-encoder", "--images", "photos", "--annotations",
      "captions.json", "--output", "out.safetensors", "--batch", "2", "--width", "8", "--min-count", "1", "--epochs",
      "1", "--views", "1", "--no-flips", "--threads", "1",
    ])
    #expect(train.status == 0, "\(train.errors)")
    let captions = try gaze(["caption", "photos/0.png", "--weights", "out.safetensors", "--json"])
    #expect(captions.status == 0 && captions.output.contains(#""rows":8"#), "\(captions.errors)")
  }

  @Test("an encoder learns from it, and the run is taken up again with what it was begun with") func teaching() throws {
    try importLite()
    try SmallNetwork.write(to: folder.file("w.safetensors"))
    let begun = try gaze([
      "train", "--teacher-weights", "lite.safetensors", "--images", "photos", "--encoder", "w.safetensors", "--output",
      "out.safetensors", "--batch", "2", "--visits", "6", "--threads", "1",
    ])
    #expect(begun.status == 0 && begun.errors.contains("learning from ever new views of 6 photos"), "\(begun.errors)")
    let provenance = try ModelDescription(SafetensorsFile(path: folder.file("out.safetensors"))).provenance
    #expect(provenance["teacher"] == "EfficientNet-Lite of other sizes" && provenance["visits"] == "6 of 6")
    #expect(provenance["teacher_file"]?.hasPrefix("lite.safetensors ") == true)
    let checkpoint = "out.safetensors.checkpoint"
    for (flags, complaint) in [
      (["--teacher", "lite.safetensors"], "--teacher: the run was begun with --teacher-weights"),
      (["--kl-weight", "2"], "--kl-weight: 2.0, but the run was begun with 1.0"),
      (["--encoder", "compact-large"], "--encoder: compact-large is not what the run began from"),
      (["--annotations", "captions.json"], "--annotations: the run learns from a teacher"),
    ] {
      let refused = try gaze(["train", "--resume", checkpoint] + flags)
      #expect(refused.status != 0 && refused.errors.contains(complaint), "\(refused.errors)")
    }
    let further = try gaze(["train", "--resume", checkpoint, "--visits", "8", "--threads", "1"])
    #expect(further.status == 0 && further.errors.contains("going on after step 3 of 4"), "\(further.errors)")
  }

  @Test("a captioner learns from captions and from it, and the run is taken up with what it was begun with")
  func captionsAndTeacher() throws {
    try importLite()
    try SmallNetwork.write(to: folder.file("w.safetensors"))
    let held = #"{"images": [{"id": 7, "file_name": "7.png"}], "annotations": [{"image_id": 7, "caption": "a dog"}]}"#
    try Data(held.utf8).write(to: folder.url.appendingPathComponent("held.json"))
    let begun = try gaze([
      "train", "--teacher-weights", "lite.safetensors", "--images", "photos", "--start", "w.safetensors",
      "--annotations", "captions.json", "--validation", "held.json", "--output", "out.safetensors", "--batch", "3",
      "--encoder-learning-rate", "5e-4", "--epochs", "1", "--log", "log.jsonl", "--threads", "1",
    ])
    #expect(begun.status == 0, "\(begun.errors)")
    // The teacher is not shown what is validated on.
    #expect(begun.errors.contains("a teacher looks at every step's photos and at 2 views of 7 photos"))
    #expect(begun.errors.contains("mean of the teacher's features: 7 of 7 photos"))
    let log = try String(contentsOf: folder.url.appendingPathComponent("log.jsonl"), encoding: .utf8)
    for key in ["cross_entropy", "kl", "grid_loss", "pooled_loss"] { #expect(log.contains("\"\(key)\":")) }
    let provenance = try ModelDescription(SafetensorsFile(path: folder.file("out.safetensors"))).provenance
    #expect(provenance["teacher"] == "EfficientNet-Lite of other sizes" && provenance["teacher_photos"] == "7")
    let checkpoint = "out.safetensors.checkpoint"
    for (flags, complaint) in [
      (["--teacher", "lite.safetensors"], "--teacher: the run learns captions"),
      (["--visits", "9"], "--visits: the run learns captions"),
      (["--teacher-views", "3"], "--teacher-views: 3, but the run was begun with 2"),
      (["--kl-weight", "2"], "--kl-weight: 2.0, but the run was begun with 1.0"),
      (["--distillation-weight", "2"], "--distillation-weight: 2.0, but the run was begun with 1.0"),
      (["--teacher-weights", "w.safetensors"], "w.safetensors: not a gaze weights file: it names no classes"),
    ] {
      let refused = try gaze(["train", "--resume", checkpoint] + flags)
      #expect(refused.status != 0 && refused.errors.contains(complaint), "\(refused.errors)")
    }
    let further = try gaze(["train", "--resume", checkpoint, "--epochs", "2", "--threads", "1"])
    #expect(further.status == 0 && further.errors.contains("going on after step 2 of 4"), "\(further.errors)")
    #expect(!further.errors.contains("mean of the teacher's"))
  }

  @Test("a larger encoder is begun from nothing by its name") func large() throws {
    try importLite()
    let run = try gaze([
      "train", "--teacher-weights", "lite.safetensors", "--images", "photos", "--encoder", "compact-large", "--output",
      "out.safetensors", "--batch", "2", "--visits", "2", "--threads", "1",
    ])
    #expect(run.status == 0, "\(run.errors)")
    #expect(try ModelDescription(SafetensorsFile(path: folder.file("out.safetensors"))).encoder.compact == .large)
  }
}
