import Raster
import Tensors

/// A network from pixels to a feature map.
package protocol ImageEncoding: Sendable {
  /// - Parameters:
  ///   - x: `[B, H, W, 3]`, as `write` makes them.
  ///   - isCancelled: asked between layers.
  /// - Throws: `CancellationError` soon after `isCancelled` turns true.
  func encode(_ x: Tensor, isCancelled: () -> Bool) throws -> FeatureMap
  /// How often `encode` asks `isCancelled`, by which is told how far it is; 0 where it is too quick to tell.
  var steps: Int { get }

  /// A view of a photo as the network wants it: height × width × 3 numbers into `target`.
  func write(
    _ image: PixelImage, _ view: PhotoView, _ description: EncoderDescription,
    into target: UnsafeMutablePointer<Float>)
}

extension ImageEncoding {
  package var steps: Int { 0 }

  /// Squashed to the input size, bilinear, and scaled; see `ModelDescription.resizeRule`.
  package func write(
    _ image: PixelImage, _ view: PhotoView, _ description: EncoderDescription,
    into target: UnsafeMutablePointer<Float>
  ) {
    image.resizeBilinear(
      height: description.height, width: description.width, box: view.box, mirrored: view.mirrored, into: target)
    let (scale, shift) = (description.scaling.scale, description.scaling.shift)
    for pixel in 0..<description.height * description.width {
      for channel in 0..<3 {
        target[pixel * 3 + channel] = target[pixel * 3 + channel] * scale[channel] + shift[channel]
      }
    }
  }
}
