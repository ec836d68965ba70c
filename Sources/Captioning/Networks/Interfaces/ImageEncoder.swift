import Raster
import Tensors

/// The network from photos to feature maps alone, ready to run. Safe to use from several threads; they take turns at the
/// processor's cores.
public final class ImageEncoder: Sendable {
  public let description: EncoderDescription
  package let network: any ImageEncoding

  package init(_ description: EncoderDescription, _ network: any ImageEncoding) {
    (self.description, self.network) = (description, network)
  }

  /// The feature map of one photo.
  /// - Parameters:
  ///   - image: upright, of any size.
  ///   - mirrored: show the network the photo mirrored left to right.
  ///   - isCancelled: asked between layers; when true the call throws `CancellationError`.
  public func encode(
    _ image: PixelImage, mirrored: Bool = false, isCancelled: () -> Bool = { false }
  ) throws -> FeatureMap {
    let pixels = Tensor(uninitialized: [1, description.height, description.width, 3])
    write(image, PhotoView(mirrored: mirrored), into: pixels.pointer)
    return try encode(pixels, isCancelled: isCancelled)
  }

  /// A view of a photo as the network wants it: height × width × 3 numbers into `target`.
  package func write(_ image: PixelImage, _ view: PhotoView = .whole, into target: UnsafeMutablePointer<Float>) {
    network.write(image, view, description, into: target)
  }

  /// The feature map of pixels that are already of the encoder's size and scaling, `[1, height, width, 3]`.
  /// - Throws: `CaptioningError.badOption` when they are of another shape.
  public func encode(_ pixels: Tensor, isCancelled: () -> Bool = { false }) throws -> FeatureMap {
    let expected = [1, description.height, description.width, 3]
    guard pixels.shape == expected else {
      throw CaptioningError.badOption("input: shape \(pixels.shape), expected \(expected)")
    }
    return try network.encode(pixels, isCancelled: isCancelled)
  }
}
