import Synchronization
import Tensors

/// What maps other than attention need of a photo in each layer; made when a layer is first asked for.
final class PhotoProjections: Sendable {
  /// `[P, C]`: what is no region, then the regions.
  private let sequence: Tensor
  private let heads: Int
  private let layers: [CrossAttentionDecoder.Layer]
  private let known: Mutex<[Int: KeysAndValues]> = Mutex([:])
  private let products: Mutex<[Int: Tensor]> = Mutex([:])

  init(_ sequence: Tensor, heads: Int, layers: [CrossAttentionDecoder.Layer]) {
    (self.sequence, self.heads, self.layers) = (sequence, heads, layers)
  }

  func keysAndValues(_ layer: Int) -> KeysAndValues {
    known.withLock { known in
      if let made = known[layer] { return made }
      let tiled = TiledRows(sequence.pointer, rows: sequence.shape[0], width: sequence.shape[1])
      let made = layers[layer].keysAndValues(of: tiled) { keys, values, stride in
        KeysAndValues(
          keys: keys, values: values, positions: sequence.shape[0], heads: heads,
          size: layers[layer].crossQueries.outputs / heads, stride: stride)
      }
      known[layer] = made
      return made
    }
  }

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
