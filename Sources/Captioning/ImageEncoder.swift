import Raster
import Tensors
import WeightFiles

/// The network from photos to grids alone, ready to run. Safe to use from several threads; they take turns at the
/// processor's cores.
public final class ImageEncoder: Sendable {
  public let description: EncoderDescription
  package let network: any ImageEncoding

  /// Loads the encoder of a weights file, whether a decoder is in it or not.
  /// - Parameters:
  ///   - path: a safetensors file written by `gaze train` or `gaze import`.
  ///   - threads: sets how many the process's networks work with, this one's and all others'.
  /// - Throws: `WeightFileError` or `CaptioningError` when the file is missing, broken or not gaze's.
  public convenience init(weightsAt path: String, threads: Int = ThreadPool.availableProcessors) throws {
    ThreadPool.configure(threads: threads)
    let file = try SafetensorsFile(path: path)
    var weights = FileWeights(file: file)
    try self.init(ModelDescription(file).encoder, weights: &weights)
    Tensor.releaseUnusedMemory()
  }

  package init(_ description: EncoderDescription, weights: inout some WeightSource) throws {
    self.description = description
    switch description.architecture {
    case .inceptionResNetV2:
      network = try InceptionResNetV2(
        height: description.height, width: description.width, weights: &weights)
    case .compact:
      guard let shape = description.compact else { preconditionFailure("a compact encoder without its shape") }
      network = try CompactEncoder(shape, weights: &weights).folded(
        height: description.height, width: description.width)
    }
  }

  /// The grid of one photo, `[1, rows, columns, channels]`.
  /// - Parameters:
  ///   - mirrored: show the network the photo mirrored left to right.
  ///   - isCancelled: asked between layers; when true the call throws `CancellationError`.
  public func encode(
    _ image: PixelImage, mirrored: Bool = false, isCancelled: () -> Bool = { false }
  ) throws -> Tensor {
    let pixels = Tensor(uninitialized: [1, description.height, description.width, 3])
    write(image, PhotoView(mirrored: mirrored), into: pixels.pointer)
    return try encode(pixels, isCancelled: isCancelled)
  }

  /// A view of a photo as the network wants it: height × width × 3 numbers into `target`.
  package func write(_ image: PixelImage, _ view: PhotoView = .whole, into target: UnsafeMutablePointer<Float>) {
    image.resizeBilinear(
      height: description.height, width: description.width, box: view.box, mirrored: view.mirrored, into: target)
    let (scale, shift): (Float, Float) = description.scaling == .symmetric ? (1 / 127.5, -1) : (1 / 255, 0)
    for index in 0..<description.height * description.width * 3 { target[index] = target[index] * scale + shift }
  }

  /// The grid of pixels that are already of the encoder's size and scaling, `[1, height, width, 3]`.
  /// - Throws: `CaptioningError.badOption` when they are of another shape.
  public func encode(_ pixels: Tensor, isCancelled: () -> Bool = { false }) throws -> Tensor {
    let expected = [1, description.height, description.width, 3]
    guard pixels.shape == expected else {
      throw CaptioningError.badOption("input: shape \(pixels.shape), expected \(expected)")
    }
    return try network.encode(pixels, isCancelled: isCancelled)
  }
}
