import Synchronization
import Tensors

/// What maps other than attention need of a photo in each layer; made when it is asked for.
final class PhotoProjections: Sendable {
  private let photo: [AttendedSequence]
  private let layers: [CrossAttentionDecoder.Layer]
  private let products: Mutex<[Int: Tensor]> = Mutex([:])

  /// - Parameters:
  ///   - photo: as each layer attends to it.
  ///   - layers: of the decoder.
  init(_ photo: [AttendedSequence], layers: [CrossAttentionDecoder.Layer]) {
    (self.photo, self.layers) = (photo, layers)
  }

  /// Not kept: for large networks and photos in fine patches these are tens of megabytes.
  func keysAndValues(_ layer: Int) -> KeysAndValues { photo[layer].keysAndValues }

  /// See `KeysAndValues.addedProducts`.
  func addedProducts(_ layer: Int) -> Tensor {
    products.withLock { products in
      if let made = products[layer] { return made }
      let made = keysAndValues(layer).addedProducts(through: layers[layer].crossOutput)
      products[layer] = made
      return made
    }
  }
}
