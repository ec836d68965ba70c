import Raster
import Tensors

/// A vision transformer (Dosovitskiy et al. 2021): patches of pixels, a class token before them, and layers of attention
/// in which every patch looks at every other. BLIP's, ViT and DeiT, which differ in the names of their tensors.
///
/// N regions = rows · columns, G global tokens, D its width.
struct VisionTransformer: ImageEncoding {
  let shape: VisionTransformerShape
  /// `[O, I]` with I = 3 · patch², channel by channel.
  let patches: StoredDense
  /// `[G + N, D]`: position and, for the first G, the token itself.
  let positions: Tensor
  let layers: [Layer]
  let norm: NormalizedRows
  /// To the decoder's width, where that is another.
  let projection: StoredDense?
  let processing: ImageProcessing

  /// One layer, normalised before each part.
  struct Layer: Sendable {
    /// Three layers D → D, or one D → 3D.
    let queriesKeysValues: [StoredDense]
    let output: StoredDense
    let up: StoredDense
    let down: StoredDense
    let attentionNorm: NormalizedRows
    let feedForwardNorm: NormalizedRows

    /// Every patch of every photo meets these weights: `keepingPanels`.
    init(
      queriesKeysValues: [StoredDense], output: StoredDense, up: StoredDense, down: StoredDense,
      attentionNorm: NormalizedRows, feedForwardNorm: NormalizedRows
    ) {
      self.queriesKeysValues = queriesKeysValues.map { $0.keepingPanels() }
      (self.output, self.up, self.down) = (output.keepingPanels(), up.keepingPanels(), down.keepingPanels())
      (self.attentionNorm, self.feedForwardNorm) = (attentionNorm, feedForwardNorm)
    }
  }

  var steps: Int { 4 * layers.count }

  func encode(_ x: Tensor, isCancelled: () -> Bool) throws -> FeatureMap {
    let (globals, width) = (shape.globals, shape.width)
    let count = globals + shape.rows * shape.columns
    let embedded = patches(pixelPatches(x))
    var states = positions.copy()
    for index in globals * width..<count * width { states.pointer[index] += embedded.pointer[index - globals * width] }
    for layer in layers { states = try layer(states, heads: shape.heads, isCancelled: isCancelled) }
    states = norm(states)
    if let projection { states = projection(states) }
    return split(states)
  }

  /// `[1, H, W, 3]` → `[N, 3 · patch²]`, each patch channel by channel as PyTorch's convolution has it.
  private func pixelPatches(_ x: Tensor) -> Tensor {
    let patch = shape.patch
    let result = Tensor(uninitialized: [shape.rows * shape.columns, 3 * patch * patch])
    let rowLength = shape.columns * patch * 3
    for row in 0..<shape.rows {
      for column in 0..<shape.columns {
        let target = result.pointer + (row * shape.columns + column) * 3 * patch * patch
        for y in 0..<patch {
          let source = x.pointer + (row * patch + y) * rowLength + column * patch * 3
          for pixel in 0..<patch {
            for channel in 0..<3 { target[(channel * patch + y) * patch + pixel] = source[pixel * 3 + channel] }
          }
        }
      }
    }
    return result
  }

  private func split(_ states: Tensor) -> FeatureMap {
    let (globals, width) = (shape.globals, states.shape[1])
    let regions = Tensor(uninitialized: [1, shape.rows, shape.columns, width])
    let global = Tensor(uninitialized: [1, globals, width])
    global.pointer.update(from: states.pointer, count: global.count)
    regions.pointer.update(from: states.pointer + global.count, count: regions.count)
    return FeatureMap(regions: regions, global: global)
  }

  func write(
    _ image: PixelImage, _ view: PhotoView, _ description: EncoderDescription,
    into target: UnsafeMutablePointer<Float>
  ) {
    processing.write(image, view, description, into: target)
  }
}

/// The sizes of a vision transformer.
struct VisionTransformerShape: Sendable, Equatable {
  /// D.
  let width: Int
  let layers: Int
  let heads: Int
  /// Numbers between the two layers of the feed-forward part.
  let inner: Int
  /// Pixels of a patch's side.
  let patch: Int
  let rows: Int
  let columns: Int
  /// Tokens that are no patch: the class token, and DeiT's for distillation.
  let globals: Int
}

extension VisionTransformer.Layer {
  /// A layer takes tens of milliseconds: `isCancelled` is asked before each of its parts.
  fileprivate func callAsFunction(_ x: Tensor, heads: Int, isCancelled: () -> Bool) throws -> Tensor {
    func check() throws { if isCancelled() { throw CancellationError() } }
    let width = output.inputs
    try check()
    let normal = attentionNorm.tiled(x)
    let parts = queriesKeysValues.map { $0(normal) }
    let isFused = parts.count == 1
    func part(_ index: Int) -> UnsafePointer<Float> {
      UnsafePointer(isFused ? parts[0].pointer + index * width : parts[index].pointer)
    }
    try check()
    let found = HeadAttention.within(
      queries: part(0), keys: part(1), values: part(2), positions: x.shape[0], heads: heads, size: width / heads,
      stride: isFused ? 3 * width : width)
    withExtendedLifetime(parts) {}
    let attended = output(found, adding: x)
    try check()
    let inner = up.tiled(feedForwardNorm.tiled(attended), .gelu)
    try check()
    return down(inner, adding: attended)
  }
}
