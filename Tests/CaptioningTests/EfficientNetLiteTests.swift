import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Captioning
@testable import Raster
@testable import Tensors
@testable import WeightFiles

@Suite("EfficientNet-Lite from PyTorch's file computes what PyTorch computes") struct EfficientNetLiteTests {
  private static let file = Fixtures.path("lite/legacy.pth")
  private let folder: TemporaryFolder
  private let imported: FilePath

  init() throws {
    folder = try TemporaryFolder()
    imported = folder.path("lite.safetensors")
    try EfficientNetLiteImport(path: Self.file).write(to: imported)
  }

  /// The picture of `Fixtures/lite/make.py`.
  private static func picture(height: Int, width: Int) -> Tensor {
    let pixels = Tensor([1, height, width, 3])
    for y in 0..<height {
      for x in 0..<width {
        for c in 0..<3 {
          let level = (y * 7 + x * 13 + c * 29 + y * x) % 256
          pixels.pointer[(y * width + x) * 3 + c] = (Float(level) - 127) / 128
        }
      }
    }
    return pixels
  }

  private func expectClose(_ found: Tensor, _ name: String) throws {
    let expected = try NumPyFile(Fixtures.url("lite/\(name).npy"))
    #expect(found.shape == expected.shape)
    let largest = expected.floats.map(abs).max()!
    let worst = zip(found.values, expected.floats).map { abs($0 - $1) }.reduce(0) { $0 >= $1 ? $0 : $1 }
    #expect(worst <= 1e-5 * largest, "\(name): off by \(worst / largest) of the largest")
  }

  @Test func regionsAndLogitsEqualPyTorchs() throws {
    let shape = try #require(ModelDescription(SafetensorsFile(path: imported)).encoder.lite)
    var weights = FileWeights(file: try SafetensorsFile(path: imported))
    let network = try EfficientNetLite(shape, height: 64, width: 96, weights: &weights)
    let map = try network.encode(Self.picture(height: 64, width: 96)) { false }
    try expectClose(map.regions, "features")
    try expectClose(ImageClassifier(path: imported).logits(map), "logits")
  }

  @Test func theFileSaysWhatTheNetworkIs() throws {
    let description = try ModelDescription(SafetensorsFile(path: imported))
    let encoder = description.encoder
    #expect(encoder.architecture == .efficientNetLite && encoder.scaling == .efficientNetLite)
    #expect(encoder.height == 256 && encoder.width == 256)
    #expect(encoder.rows == 8 && encoder.columns == 8 && encoder.channels == 160)
    #expect(description.decoder == nil && description.provenance["imported_from"] == "legacy.pth")
    let blocks = try #require(encoder.lite).blocks
    #expect(blocks.map(\.channels) == [2, 3, 5, 10, 10, 14, 14, 24, 24, 40])
    #expect(blocks.map(\.stride) == [1, 2, 2, 2, 1, 1, 1, 2, 1, 1])
    #expect(blocks.map(\.kernel) == [3, 3, 5, 3, 3, 5, 5, 5, 5, 3])
    #expect(blocks.map(\.expansion) == [1, 6, 6, 6, 6, 6, 6, 6, 6, 6])
    let classifier = try ImageClassifier(path: imported)
    let (regions, logits) = try classifier(Tensor([2, 256, 256, 3]))
    #expect(regions.shape == [2, 8, 8, 160] && logits.shape == [2, 7] && classifier.classes == 7)
  }

  @Test func aBatchGivesWhatItsPhotosGiveAlone() throws {
    let encoder = try ImageEncoder(weightsAt: imported)
    let both = Tensor(uninitialized: [2, 256, 256, 3])
    let photos = [Self.picture(height: 256, width: 256), Tensor([1, 256, 256, 3], repeating: 0.3)]
    for (index, photo) in photos.enumerated() {
      (both.pointer + index * photo.count).update(from: photo.pointer, count: photo.count)
    }
    let together = try encoder.network.encode(both) { false }.regions.values
    #expect(try together == photos.flatMap { try encoder.encode($0).regions.values })
  }

  @Test func pixelsAreWhatTheNetworkWasTrainedOn() throws {
    let encoder = try ImageEncoder(weightsAt: imported)
    let image = PixelImage(width: 1, height: 1, pixels: [0, 127, 255])
    let pixels = Tensor(uninitialized: [1, 256, 256, 3])
    encoder.write(image, into: pixels.pointer)
    #expect(pixels.values.prefix(3) == [-127 / 128, 0, 1])
  }

  @Test func encodingStopsWhenCancelled() throws {
    let encoder = try ImageEncoder(weightsAt: imported)
    #expect(throws: CancellationError.self) { try encoder.encode(Tensor([1, 256, 256, 3])) { true } }
  }

  /// As `sum(p.numel() for p in …)` of the package's networks has them, parameters and running averages.
  @Test(
    "the published variants have as many numbers and blocks as PyTorch's",
    arguments: [
      (4_652_008 + 42_016, 16), (5_416_680 + 53_664, 21), (6_092_072 + 58_096, 21), (8_197_096 + 76_672, 24),
      (13_006_568 + 112_368, 30),
    ].enumerated().map { ($0, $1.0, $1.1) }) func variants(number: Int, numbers: Int, blocks: Int)
  {
    let shape = EfficientNetLiteShape.variants[number]
    let targets = PyTorchTarget.efficientNetLite(shape, classes: 1000)
    #expect(targets.reduce(0) { $0 + $1.shape.reduce(1, *) } == numbers)
    #expect(shape.blocks.count == blocks && shape.name == "EfficientNet-Lite\(number)" && shape.reduction == 32)
  }

  @Test("what is not such a network is refused by the name of what is wrong") func refused() throws {
    let bytes = try Array(Data(contentsOf: Fixtures.url("lite/legacy.pth")))
    /// - Parameter name: a tensor, which is called something else.
    func complaint(without name: String) throws -> String {
      var changed = bytes
      let place = try #require(bytes.firstRange(of: Array(name.utf8)))
      changed[place.lowerBound] = UInt8(ascii: "x")
      return try complaint(folder.file("changed.pth", changed))
    }
    func complaint(_ path: FilePath) throws -> String {
      "\(try #require(throws: (any Error).self) { try EfficientNetLiteImport(path: path) })"
    }
    #expect(try complaint(without: "_conv_stem.weight").contains("expected \"_conv_stem.weight\""))
    #expect(try complaint(without: "_blocks.3._bn1.bias").contains("there is no tensor \"_blocks.3._bn1.bias\""))
    #expect(try complaint(without: "_fc.weight").contains("there is no tensor \"_fc.weight\""))
    // Without its middle the network ends early.
    #expect(try complaint(without: "_blocks.5._project_conv.weight").contains("found of 4"))
    #expect(try complaint(Fixtures.path("transformers/tensors.bin")).contains("found 5 tensors, \"a\" first"))
    let hostile = try complaint(Fixtures.path("lite/hostile.pth"))
    #expect(hostile.contains(#"found a call of "posix system""#))
    #expect(
      EfficientNetLiteImport.claims(Self.file) && EfficientNetLiteImport.claims(Fixtures.path("lite/hostile.pth")))
    #expect(!EfficientNetLiteImport.claims(Fixtures.path("import/legacy.h5")))
  }

  @Test(
    "a description that contradicts itself is refused",
    arguments: [
      (#""stride":2"#, #""stride":3"#, "stride is not 1 or 2"), (#""kernel":5"#, #""kernel":9"#, "a kernel of 9"),
      (#""expansion":6"#, #""expansion":0"#, "an expansion by 0"), (#""kernel":5"#, #""kernel":-1"#, "a kernel of -1"),
      (#""gridChannels":160"#, #""gridChannels":161"#, "differ"), (#""lite""#, #""light""#, "\"lite\" is missing"),
      (#""stride":2"#, #""stride":1"#, "do not fit together"), (#""channels":14"#, #""channels":0"#, "a size of 0"),
      (#""expansion":6"#, #""expansion":9223372036854775807"#, "an expansion by"),
    ]) func contradictions(from: String, to: String, complaint: String) throws
  {
    var metadata = try SafetensorsFile(path: imported).metadata
    var encoder = try #require(metadata["encoder"])
    encoder.replaceSubrange(try #require(encoder.range(of: from)), with: to)
    metadata["encoder"] = encoder
    let error = #expect(throws: CaptioningError.self) { try ModelDescription(metadata: metadata, path: "w") }
    #expect(error?.description.contains(complaint) == true, "\(error.map { "\($0)" } ?? "")")
  }
}
