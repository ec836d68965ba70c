import Files
import Foundation
import Raster
import SystemPackage
import Tensors

/// A photo as the decoder sees it; made once per photo, decoded from as often as settings change.
public struct EncodedImage: Sendable {
  /// What the encoder made of it.
  public let features: FeatureMap
  package let context: any DecodingContext
  /// What of it the decoder cannot look at.
  public internal(set) var hidden: HiddenRegions?

  /// How much memory it takes, about.
  public var byteCount: Int {
    (features.regions.count + (features.global?.count ?? 0)) * MemoryLayout<Float>.size + context.byteCount
  }
}

/// A captioning network ready to run. Safe to use from several threads; they take turns at the processor's cores.
public final class Captioner: Sendable {
  public let description: ModelDescription
  /// Its words.
  public let text: any TextCoding
  /// Whose weights they are.
  public let weights: WeightsIdentity

  private let encoder: ImageEncoder
  private let encoderDigest: LazyDigest?
  package let decoder: any CaptionDecoding

  /// Loads a captioner, see `Networks`.
  /// - Parameters:
  ///   - path: a safetensors file written by `gaze train`, or by `gaze import` from a whole captioner; or a folder.
  ///   - threads: sets how many the process's networks work with, this one's and all others'.
  ///   - others: captioners whose encoder is taken where its own is the same byte for byte, as in the frames of a training
  ///     over a frozen one.
  /// - Throws: `WeightFileError` or `CaptioningError` when the file is missing, broken or not gaze's.
  public convenience init(
    weightsAt path: FilePath, threads: Int = ThreadPool.availableProcessors, sharingEncodersOf others: [Captioner] = []
  ) throws {
    ThreadPool.configure(threads: threads)
    let shared = others.compactMap { other in
      other.encoderDigest.map { SharedEncoder(encoder: other.encoder, digest: $0) }
    }
    self.init(try Networks.captioner(at: path, sharing: shared), path: path)
    Tensor.releaseUnusedMemory()
  }

  init(_ network: LoadedCaptioner, path: FilePath) {
    weights = WeightsIdentity(name: FileName.stem(path), digest: network.digest)
    (description, text) = (network.description, network.text)
    (encoder, encoderDigest, decoder) = (network.encoder, network.encoderDigest, network.decoder)
  }

  /// Whether both look at photos with one encoder, so that what it made of one is good for the other's decoder.
  public func sharesEncoder(with other: Captioner) -> Bool { encoder === other.encoder }

  /// A photo as this network's decoder sees it.
  /// - Parameter features: what an encoder made of it that this network shares, see `sharesEncoder`.
  public func image(of features: FeatureMap) -> EncodedImage {
    EncodedImage(features: features, context: decoder.prepare(features))
  }

  /// A network of random weights in the given shape: for tests and for timing without a weights file.
  /// - Parameter decoder: its form; nil is the shipped network's.
  static func random(
    _ shape: CompactShape, inputSize: Int, width: Int, words: [String], seed: UInt64 = 1,
    decoder: DecoderDescription? = nil
  ) throws -> Captioner {
    let regions = shape.regions(along: inputSize)
    var weights = RandomWeights(seed: seed)
    let description = ModelDescription(
      encoder: EncoderDescription(
        architecture: .compact, compact: shape, height: inputSize, width: inputSize, scaling: .symmetric, rows: regions,
        columns: regions, channels: shape.gridChannels),
      decoder: decoder ?? DecoderDescription(width: width, initialState: .pooledGrid),
      vocabulary: ["", "[UNK]", "<start>", "<end>"] + words)
    let network = try GazeFormat.load(
      description, weights: &weights, path: "random", digest: LazyDigest(String(repeating: "0", count: 64)))
    return Captioner(network, path: "random")
  }

  /// What the network makes of one photo.
  /// - Parameters:
  ///   - image: upright, of any size.
  ///   - mirrored: show the network the photo mirrored left to right.
  ///   - progress: told of the share that is done, in [0, 1), by networks that take long.
  ///   - isCancelled: asked between layers; when true the call throws `CancellationError`.
  public func encode(
    _ image: PixelImage, mirrored: Bool = false, progress: (Double) -> Void = { _ in },
    isCancelled: () -> Bool = { false }
  ) throws -> EncodedImage {
    // Each question is a step further.
    let steps = encoder.network.steps + decoder.steps
    var done = 0
    let isEnded = {
      if done < steps { progress(Double(done) / Double(steps)) }
      done += 1
      return isCancelled()
    }
    return try encoded(encoder.encode(image, mirrored: mirrored, isCancelled: isEnded), isEnded)
  }

  /// The same of pixels that are already of the encoder's size and scaling, `[1, height, width, 3]`.
  /// - Throws: `CaptioningError.badOption` when they are of another shape.
  public func encode(_ pixels: Tensor, isCancelled: () -> Bool = { false }) throws -> EncodedImage {
    try encoded(encoder.encode(pixels, isCancelled: isCancelled), isCancelled)
  }

  private func encoded(_ features: FeatureMap, _ isCancelled: () -> Bool) throws -> EncodedImage {
    // Zero times what is not finite is NaN.
    let numbers = UnsafeBufferPointer(start: features.regions.pointer, count: features.regions.count)
    let sum = numbers.reduce(0) { $0 + $1 * 0 }
    guard sum.isFinite else {
      throw CaptioningError.notFinite(weights: weights.name, place: "the photo's features")
    }
    let context = try decoder.prepare(features) { if isCancelled() { throw CancellationError() } }
    return EncodedImage(features: features, context: context)
  }

  /// Draws captions for an encoded photo: `settings.samples` of them, or one for greedy and beam.
  ///
  /// The same weights, photo, settings and seed give the same captions on any number of threads, drawn alone or
  /// together with others.
  /// - Throws: `CancellationError` within a word of `isCancelled` turning true.
  public func captions(
    for image: EncodedImage, settings: DecodingSettings, isCancelled: () -> Bool = { false }
  ) throws -> [Caption] {
    try settings.validate()
    if let problem = settings.prompt.flatMap(problem(withPrompt:)) {
      throw CaptioningError.badOption("prompt: \(problem)")
    }
    if let prefix = settings.prefix { try check(prefix, maxWords: settings.maxWords) }
    return try withoutActuallyEscaping(isCancelled) { isCancelled in
      let drawn = try captions(of: image.context, settings, isCancelled)
      guard drawn.allSatisfy(\.logProbability.isFinite) else {
        throw CaptioningError.notFinite(weights: weights.name, place: "the words' probabilities")
      }
      return drawn.map { $0.telling(maps()).telling(image.hidden) }
    }
  }

  /// Why captions cannot go on from a prompt, in one line; nil where they can.
  public func problem(withPrompt prompt: String) -> String? {
    let shown = PrintableText.line(String(prompt.prefix(40)))
    guard let tokens = text.startTokens(prompt: prompt) else {
      return "\(shown), expected none: this network begins its captions itself"
    }
    let (count, most) = (tokens.count - text.startTokens.count, DecodingSettings.longestStart - text.startTokens.count)
    if (1...most).contains(count) { return nil }
    return "\(shown), expected 1 to \(most) of the network's tokens, found \(count)"
  }

  private func captions(
    of context: some DecodingContext, _ settings: DecodingSettings, _ isCancelled: @escaping () -> Bool
  ) throws -> [Caption] {
    let writer = SentenceWriter(context: context, text: text, settings: settings, isCancelled: isCancelled)
    if case .beam(let width) = settings.mode { return [try writer.beam(width: width)] }
    return try writer.sampled()
  }
}
