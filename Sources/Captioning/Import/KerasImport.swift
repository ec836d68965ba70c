import Files
import SystemPackage
import Tensors
import WeightFiles

/// Turns Keras' weights of InceptionResNetV2, alone or with the decoder of a whole captioner, into a gaze file.
public struct KerasImport {
  /// What the written file says of itself.
  public let description: ModelDescription
  private let file: KerasFile
  private let pairs: [LayerMatching.Pair]

  /// Reads the file's structure and checks every tensor's shape; numbers are read by `write`.
  /// - Parameters:
  ///   - path: HDF5 weights, an HDF5 model, or `.weights.h5`, see `KerasFile`.
  ///   - vocabularyPath: a word a line in the order of Keras' `get_vocabulary()`; needed for a captioner, and for
  ///     nothing else.
  ///   - scaling: what the network was trained on.
  /// - Throws: `WeightFileError` or `CaptioningError`, one line.
  public init(path: FilePath, vocabularyPath: FilePath?, scaling: EncoderDescription.PixelScaling) throws {
    file = try KerasFile(path: path)
    try KerasImport.checkIsInceptionResNetV2(file)
    let encoder = EncoderDescription(
      architecture: .inceptionResNetV2, height: 299, width: 299, scaling: scaling,
      rows: InceptionResNetV2.regions(299), columns: InceptionResNetV2.regions(299),
      channels: InceptionResNetV2.gridChannels)
    let provenance = ["imported_from": FileName.name(path), "layout": file.layout.rawValue]
    let matching = LayerMatching(path: path)
    if let (words, width) = try KerasImport.decoderSizes(file) {
      let decoder = ImportTarget.decoder(words: words, width: width, channels: encoder.channels)
      pairs = try matching.pairs(file.layers, ImportTarget.inceptionResNetV2 + decoder)
      description = ModelDescription(
        encoder: encoder, decoder: DecoderDescription(width: width, initialState: .zeros),
        vocabulary: try KerasImport.vocabulary(vocabularyPath, count: words, for: path), provenance: provenance)
    } else {
      try KerasImport.checkHasNoTop(file)
      pairs = try matching.pairs(file.layers, ImportTarget.inceptionResNetV2)
      if let vocabularyPath {
        throw CaptioningError.badOption(
          "vocabulary: \(vocabularyPath) given, but \(path) holds an encoder alone, which has no words")
      }
      description = ModelDescription(encoder: encoder, provenance: provenance)
    }
  }

  /// How many numbers the network has.
  public var parameterCount: Int { pairs.reduce(0) { $0 + $1.shape.reduce(1, *) } }

  /// Reads the tensors and writes the file, whole or not at all, in float32.
  /// - Throws: `WeightFileError` naming the first tensor whose numbers cannot be read or are not finite.
  public func write(to path: FilePath) throws {
    let tensors = try pairs.map {
      NamedTensor($0.name, try file.hdf5.tensor($0.source, shape: $0.shape).finite($0.source, in: file.path))
    }
    try writeSafetensors(tensors, metadata: description.metadata, to: path)
  }

  /// A file that is not even nearly the network is told by what is in it instead of by its first odd tensor.
  private static func checkIsInceptionResNetV2(_ file: KerasFile) throws(WeightFileError) {
    let wanted = ImportTarget.inceptionResNetV2
    let expected = wanted.count { $0.kind == .convolution }
    let found = file.layers(of: .convolution).count
    if abs(found - expected) * 10 > expected {
      throw .malformed(
        path: file.path, what: "not InceptionResNetV2's weights",
        expected: "\(expected) conv2d and \(wanted.count - expected) batch_normalization layers, "
          + "alone or with a captioner's decoder", found: file.composition)
    }
  }

  private static func checkHasNoTop(_ file: KerasFile) throws(WeightFileError) {
    guard let top = file.layers(of: .dense).first else { return }
    throw .malformed(
      path: file.path, what: "InceptionResNetV2 with its top", expected: "weights saved with include_top=False",
      found: "the layer \"\(top.path)\"")
  }

  /// The decoder's words and width; nil when the file has an encoder alone.
  private static func decoderSizes(_ file: KerasFile) throws(WeightFileError) -> (words: Int, width: Int)? {
    let kinds: [KerasLayer.Kind] = [.embedding, .gru, .layerNormalization]
    guard kinds.contains(where: { !file.layers(of: $0).isEmpty }) else { return nil }
    let (words, width) = announcedSizes(file)
    // Far more than any captioner has; keeps sizes computed from these within reach.
    guard (1...1 << 24).contains(words), (1...1 << 16).contains(width) else {
      throw .malformed(
        path: file.path, what: "the captioner's decoder", expected: "at most 2^24 words and a width of at most 65536",
        found: "\(words) and \(width)")
    }
    return (words, width)
  }

  /// By the embedding, else by the last Dense, else the notebook's.
  private static func announcedSizes(_ file: KerasFile) -> (words: Int, width: Int) {
    if let table = file.layers(of: .embedding).first?.variables.first?.shape, table.count == 2 {
      return (table[0], table[1])
    }
    let kernel = file.layers(of: .dense).last?.variables.first { $0.role == "kernel" }?.shape ?? []
    return kernel.count == 2 ? (kernel[1], kernel[0]) : (20_000, 512)
  }

  private static func vocabulary(_ path: FilePath?, count: Int, for file: FilePath) throws -> [String] {
    guard let path else {
      throw CaptioningError.badOption(
        "vocabulary: none given, expected a file of \(count) words, one a line, for the captioner in \(file)")
    }
    let words = try VocabularyFile.words(path: path)
    guard words.count == count else {
      throw CaptioningError.malformed(
        path: path, place: "the vocabulary", expected: "\(count) words, as many as the last Dense layer of \(file) has",
        found: "\(words.count)")
    }
    do {
      _ = try Vocabulary(words: words)
    } catch {
      throw CaptioningError.unreadable(reason: "\(path): \(error)")
    }
    return words
  }
}
