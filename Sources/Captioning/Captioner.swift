import Foundation
import Raster
import Tensors
import WeightFiles

/// A photo as the decoder sees it; made once per photo, decoded from as often as settings change.
public struct EncodedImage: Sendable {
  /// The encoder's own output, `[1, rows, columns, channels]`.
  public let grid: Tensor
  let cells: DecoderStep.Cells
}

/// A captioning network ready to run. Safe to use from several threads; they take turns at the processor's cores.
public final class Captioner: Sendable {
  public let description: ModelDescription
  public let vocabulary: Vocabulary
  /// The weights file's name without its extension.
  public let name: String
  /// Lower-case hexadecimal SHA-256 of the weights file.
  public let sha256: String

  private let encoder: ImageEncoder
  package let step: DecoderStep

  /// Loads a weights file.
  /// - Parameters:
  ///   - path: a safetensors file written by `gaze train`, or by `gaze import` from a whole captioner.
  ///   - threads: sets how many the process's networks work with, this one's and all others'.
  /// - Throws: `WeightFileError` or `CaptioningError` when the file is missing, broken or not gaze's.
  public convenience init(weightsAt path: String, threads: Int = ThreadPool.availableProcessors) throws {
    ThreadPool.configure(threads: threads)
    let file = try SafetensorsFile(path: path)
    var weights = FileWeights(file: file)
    try self.init(ModelDescription(file), weights: &weights, path: path, sha256: file.sha256())
    Tensor.releaseUnusedMemory()
  }

  init(_ description: ModelDescription, weights: inout some WeightSource, path: String, sha256: String) throws {
    guard let decoder = description.decoder else { throw CaptioningError.encoderAlone(path: path) }
    self.description = description
    name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    self.sha256 = sha256
    vocabulary = try Vocabulary(words: description.vocabulary)
    encoder = try ImageEncoder(description.encoder, weights: &weights)
    step = try DecoderStep(
      decoder, vocabularySize: vocabulary.count, gridChannels: description.encoder.channels,
      weights: &weights)
  }

  /// A network of random weights in the given shape: for tests and for timing without a weights file.
  static func random(
    _ shape: CompactShape, inputSize: Int, width: Int, words: [String], seed: UInt64 = 1
  ) throws -> Captioner {
    let cells = inputSize / shape.reduction
    var weights = RandomWeights(seed: seed)
    return try Captioner(
      ModelDescription(
        encoder: EncoderDescription(
          architecture: .compact, compact: shape, height: inputSize, width: inputSize, scaling: .symmetric, rows: cells,
          columns: cells, channels: shape.gridChannels),
        decoder: DecoderDescription(width: width, initialState: .pooledGrid),
        vocabulary: ["", "[UNK]", "<start>", "<end>"] + words),
      weights: &weights, path: "random", sha256: String(repeating: "0", count: 64))
  }

  /// The encoder's grid for one photo.
  /// - Parameters:
  ///   - mirrored: show the network the photo mirrored left to right.
  ///   - isCancelled: asked between layers; when true the call throws `CancellationError`.
  public func encode(
    _ image: PixelImage, mirrored: Bool = false, isCancelled: () -> Bool = { false }
  ) throws -> EncodedImage {
    encoded(try encoder.encode(image, mirrored: mirrored, isCancelled: isCancelled))
  }

  /// The grid of pixels that are already of the encoder's size and scaling, `[1, height, width, 3]`.
  /// - Throws: `CaptioningError.badOption` when they are of another shape.
  public func encode(_ pixels: Tensor, isCancelled: () -> Bool = { false }) throws -> EncodedImage {
    encoded(try encoder.encode(pixels, isCancelled: isCancelled))
  }

  private func encoded(_ grid: Tensor) -> EncodedImage { EncodedImage(grid: grid, cells: step.cells(grid)) }

  /// Draws captions for an encoded photo: `settings.samples` of them, or one for greedy and beam.
  ///
  /// The same weights, photo, settings and seed give the same captions on any number of threads, drawn alone or
  /// together with others.
  /// - Throws: `CancellationError` within a word of `isCancelled` turning true.
  public func captions(
    for image: EncodedImage, settings: DecodingSettings, isCancelled: () -> Bool = { false }
  ) throws -> [Caption] {
    try settings.validate()
    return try withoutActuallyEscaping(isCancelled) { isCancelled in
      let writer = SentenceWriter(
        step: step, cells: image.cells, vocabulary: vocabulary,
        grid: (description.encoder.rows, description.encoder.columns), settings: settings, isCancelled: isCancelled)
      if case .beam(let width) = settings.mode { return [try writer.beam(width: width)] }
      return try writer.sampled()
    }
  }
}

extension DecodingSettings {
  /// The seed's limit.
  public static let longestCaption = 64

  /// - Throws: `CaptioningError.badOption` naming the setting whose value cannot be.
  public func validate() throws(CaptioningError) {
    func check(_ good: Bool, _ what: String) throws(CaptioningError) {
      if !good { throw CaptioningError.badOption(what) }
    }
    try check(topK >= 1, "top-k: \(topK), expected at least 1")
    try check(temperature > 0 && temperature.isFinite, "temperature: \(temperature), expected above 0")
    try check(samples >= 1, "samples: \(samples), expected at least 1")
    try check(
      (1...Self.longestCaption).contains(maxWords), "max words: \(maxWords), expected 1 to \(Self.longestCaption)")
    try check((0...maxWords).contains(minWords), "min words: \(minWords), expected 0 to \(maxWords)")
    if case .beam(let width) = mode { try check(width >= 1, "beam: \(width), expected at least 1") }
  }
}
