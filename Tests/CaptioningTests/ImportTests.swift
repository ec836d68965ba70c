import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Captioning
@testable import Files
@testable import Tensors
@testable import WeightFiles

/// Layouts on a small model (see `Fixtures/import/make_keras.py`): twelve convolutions, the k-th to k + 1 channels.
@Suite("Keras files of every layout give the model's layers in its order")
struct KerasFileTests {
  private static func path(_ name: String) -> FilePath { Fixtures.path("import/\(name)") }

  @Test(
    "each layout is told by what is in it",
    arguments: [
      ("legacy.h5", .legacy), ("legacy_tensorflow.h5", .legacy), ("version3.weights.h5", .version3),
      ("captioner.weights.h5", .version3), ("captioner.h5", .wholeModel),
    ] as [(String, KerasFile.Layout)]) func layouts(name: String, layout: KerasFile.Layout) throws
  {
    let file = try KerasFile(path: Self.path(name))
    #expect(file.layout == layout)
    let convolutions = file.layers(of: .convolution)
    #expect(convolutions.count == 12)
    for (k, layer) in convolutions.enumerated() {
      #expect(layer.variables.map(\.role) == (k == 11 ? ["kernel", "bias"] : ["kernel"]))
      let shape = [1, 1, k == 0 ? 3 : k, k + 1]
      #expect(layer.variables[0].shape == shape)
      let kernel = try file.hdf5.tensor(layer.variables[0].path, shape: shape)
      #expect(kernel.values.allSatisfy { $0 == Float(k) + 0.5 })
    }
    let normalizations = file.layers(of: .normalization)
    #expect(normalizations.count == 11)
    for (k, layer) in normalizations.enumerated() {
      #expect(Set(layer.variables.map(\.role)) == ["beta", "moving_mean", "moving_variance"])
      #expect(layer.variables.allSatisfy { $0.shape == [k + 1] }, "\(layer.path) is not number \(k)")
    }
  }

  @Test(
    "a captioner's decoder is found in nested models, an optimizer's state is passed over",
    arguments: ["captioner.weights.h5", "captioner.h5"]) func decoder(name: String) throws
  {
    let file = try KerasFile(path: Self.path(name))
    func shapes(_ kind: KerasLayer.Kind) -> [[String: [Int]?]] {
      file.layers(of: kind).map { Dictionary(uniqueKeysWithValues: $0.variables.map { ($0.role, $0.shape) }) }
    }
    #expect(shapes(.dense) == [["kernel": [12, 5], "bias": [5]], ["kernel": [5, 9], "bias": [9]]])
    #expect(shapes(.embedding) == [["embeddings": [9, 5]]])
    #expect(shapes(.gru) == [["kernel": [5, 15], "recurrent_kernel": [5, 15], "bias": [2, 15]]])
    #expect(shapes(.layerNormalization) == [["gamma": [5], "beta": [5]]])
    #expect(file.layers.count == 12 + 11 + 5)
  }

  @Test("another network, and HDF5 that is not Keras', are told by what is in them") func foreign() {
    let other = #expect(throws: WeightFileError.self) {
      try KerasImport(path: Self.path("version3.weights.h5"), vocabularyPath: nil, scaling: .unit)
    }
    #expect(
      other?.description.hasSuffix(
        "version3.weights.h5: not InceptionResNetV2's weights: expected 244 conv2d and 204 batch_normalization layers, "
          + "alone or with a captioner's decoder, found 11 batch_normalization, 12 conv2d") == true)
    let hdf5 = #expect(throws: WeightFileError.self) { try KerasFile(path: Self.path("types.h5")) }
    #expect(hdf5?.description.hasSuffix("model_weights or layers, found links, names, odd, plain") == true)
  }
}

@Suite("Layers are matched by order and shape; what does not fit is named")
struct LayerMatchingTests {
  private let matching = LayerMatching(path: "f.h5")
  private let targets = [
    ImportTarget(.convolution, "a", [.kernel([1, 1, 3, 4], gain: 1)]),
    ImportTarget(.normalization, "a", [.vector("beta", [4], 0), .vector("moving_mean", [4], 0)]),
    ImportTarget(.convolution, "b", [.kernel([3, 3, 4, 5], gain: 1), .vector("bias", [5], 0)]),
    ImportTarget(.convolution, "c", [.kernel([1, 1, 5, 5], gain: 1)]),
  ]
  private let layers = [
    layer(.normalization, "bn", [("moving_mean", [4]), ("beta", [4])]),
    layer(.convolution, "conv7", [("kernel", [1, 1, 3, 4])]),
    layer(.convolution, "conv9", [("bias", [5]), ("kernel", [3, 3, 4, 5])]),
    layer(.convolution, "conv8", [("kernel", [1, 1, 5, 5])]),
  ]

  private static func layer(_ kind: KerasLayer.Kind, _ path: String, _ variables: [(String, [Int]?)]) -> KerasLayer {
    KerasLayer(
      path: path, kind: kind, variables: variables.map { .init(role: $0.0, path: "\(path)/\($0.0)", shape: $0.1) })
  }

  @Test("every tensor goes to its place, whatever the layers are called") func matches() throws {
    let pairs = try matching.pairs(layers, targets)
    let names = Dictionary(uniqueKeysWithValues: pairs.map { ($0.name, $0.source) })
    #expect(
      names == [
        "a/kernel": "conv7/kernel", "a/beta": "bn/beta", "a/moving_mean": "bn/moving_mean", "b/kernel": "conv9/kernel",
        "b/bias": "conv9/bias", "c/kernel": "conv8/kernel",
      ])
    #expect(pairs.first { $0.name == "b/kernel" }?.shape == [3, 3, 4, 5])
  }

  @Test("missing, extra and misshaped tensors are errors with the tensor's name and both shapes") func refused() {
    let extra = Self.layer(.convolution, "conv10", [("kernel", [1, 1, 9, 9])])
    let cases: [([KerasLayer], String)] = [
      (
        replacing(3, Self.layer(.convolution, "conv8", [("kernel", [1, 1, 5, 6])])),
        "tensor \"conv8/kernel\": expected shape [1, 1, 5, 5] (c/kernel), found [1, 1, 5, 6]"
      ),
      (
        replacing(2, Self.layer(.convolution, "conv9", [("kernel", [3, 3, 4, 5])])),
        "tensor \"conv9/bias\": expected shape [5] (b/bias), found no such tensor"
      ),
      (
        replacing(0, Self.layer(.normalization, "bn", [("beta", [4]), ("moving_mean", nil)])),
        "tensor \"bn/moving_mean\": expected shape [4] (a/moving_mean), found no such tensor"
      ),
      (
        replacing(1, Self.layer(.convolution, "conv7", [("kernel", [1, 1, 3, 4]), ("bias", [4])])),
        "tensor \"conv7/bias\": expected no such tensor, found one of shape [4]"
      ),
      (
        layers.filter { $0.path != "conv9" },
        "tensor \"b/kernel\": expected shape [3, 3, 4, 5], conv2d layer 2 of 3, found no such layer before \"conv8\""
      ),
      (
        layers.filter { $0.path != "conv8" },
        "tensor \"c/kernel\": expected shape [1, 1, 5, 5], conv2d layer 3 of 3, found no such layer"
      ),
      (layers + [extra], "tensor \"conv10/kernel\": expected no such tensor, found one of shape [1, 1, 9, 9]"),
      ([extra] + layers, "tensor \"conv10/kernel\": expected no such tensor, found one of shape [1, 1, 9, 9]"),
      (
        layers + [Self.layer(.other("lstm"), "lstm", [("kernel", [2, 2])])],
        "tensor \"lstm/kernel\": expected no such tensor, found one of shape [2, 2]"
      ),
    ]
    for (layers, says) in cases {
      let error = #expect(throws: WeightFileError.self) { try matching.pairs(layers, targets) }
      #expect(error?.description == "f.h5: \(says)")
    }
  }

  private func replacing(_ index: Int, _ layer: KerasLayer) -> [KerasLayer] {
    var result = layers
    result[index] = layer
    return result
  }

  @Test("the whole captioner's tensors are those its networks read") func targetsAreWhatTheNetworksRead() throws {
    var recorder = NameRecorder()
    _ = try InceptionResNetV2(height: 75, width: 75, weights: &recorder)
    _ = try AttentionDecoder(
      DecoderDescription(width: 6, initialState: .zeros), vocabularySize: 11, featureChannels: 1536, weights: &recorder)
    let targets = ImportTarget.inceptionResNetV2 + ImportTarget.decoder(words: 11, width: 6, channels: 1536)
    let shapes = targets.flatMap(\.variables).map { ($0.name, $0.shape) }
    #expect(Dictionary(uniqueKeysWithValues: shapes) == recorder.shapes)
    #expect(shapes.prefix(896).reduce(0) { $0 + $1.1.reduce(1, *) } == 54_336_736)
  }
}

/// Notes what a network asks for.
private struct NameRecorder: WeightSource {
  var shapes: [String: [Int]] = [:]

  mutating func kernel(_ name: String, _ shape: [Int], gain: Float) -> Tensor {
    shapes[name] = shape
    return Tensor(shape)
  }
  mutating func constant(_ name: String, _ shape: [Int], _ value: Float) -> Tensor {
    shapes[name] = shape
    return Tensor(shape, repeating: value)
  }
}

@Suite("A vocabulary file has a word a line")
struct VocabularyFileTests {
  private func words(_ bytes: [UInt8]) throws -> [String] {
    let folder = try TemporaryFolder()
    let path = folder.path("f")
    try OutputFile.write(bytes, toFile: path)
    return try VocabularyFile.words(path: path)
  }

  @Test("with or without a last line's end, in Unix and Windows files") func lines() throws {
    let expected = ["", "[UNK]", "<start>", "caf\u{e9}", "<end>"]
    for text in ["\n[UNK]\n<start>\ncaf\u{e9}\n<end>", "\n[UNK]\n<start>\ncaf\u{e9}\n<end>\n"] {
      #expect(try words(Array(text.utf8)) == expected)
      #expect(try words(Array(text.replacingOccurrences(of: "\n", with: "\r\n").utf8)) == expected)
    }
  }

  @Test("bytes that are not UTF-8 are refused with their line") func notText() {
    let error = #expect(throws: CaptioningError.self) { try words(Array("\na\n".utf8) + [0xff, 0x0a]) }
    #expect(error?.description.hasSuffix("line 3: expected a word in UTF-8, found other bytes") == true)
  }
}

@Suite("A file with an encoder alone gives features and no captions")
struct ImageEncoderTests {
  @Test("the same features as the captioner's, and a clear refusal to caption") func features() throws {
    let shape = CompactShape.tiny
    let captioner = try Captioner.random(shape, inputSize: 32, width: 16, words: ["a"])
    var weights = RandomWeights(seed: 1)
    let encoder = try CompactEncoder(shape, weights: &weights)
    let folder = try TemporaryFolder()
    let path = folder.path("f")
    let description = ModelDescription(encoder: captioner.description.encoder, provenance: [:])
    try writeSafetensors(
      encoder.parameters.map { NamedTensor($0.name, $0.value) }
        + encoder.statistics.map { NamedTensor($0.name, $0.tensor) }, metadata: description.metadata, to: path)

    let pixels = Tensor([1, 32, 32, 3], (0..<3072).map { Float($0 % 255) / 255 })
    let features = try ImageEncoder(weightsAt: path).encode(pixels).regions
    #expect(features.shape == [1, 8, 8, shape.gridChannels])
    #expect(try features.values == captioner.encode(pixels).features.regions.values)
    #expect(throws: CaptioningError.encoderAlone(path: path)) { try Captioner(weightsAt: path) }
    #expect(throws: CaptioningError.self) { try ImageEncoder(weightsAt: path).encode(Tensor([1, 31, 32, 3])) }
  }
}
