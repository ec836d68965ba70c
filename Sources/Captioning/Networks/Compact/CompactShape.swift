/// The sizes of gaze's own encoder, a residual network (He et al. 2016) for processors that like matrix products.
///
/// A stem of one large-stride convolution, residual blocks, and a 1×1 convolution to the feature map's channels; batch
/// normalisation and ReLU after each. A block is 3×3 (stride) – 3×3 plus a shortcut: the input itself, or, where the
/// shape changes, a 2×2 average pool (for stride 2) and a 1×1 convolution.
public struct CompactShape: Sendable, Equatable, Codable {
  public struct Block: Sendable, Equatable, Codable {
    /// Output channels.
    public var channels: Int
    /// 1 or 2.
    public var stride: Int

    public init(channels: Int, stride: Int) {
      self.channels = channels
      self.stride = stride
    }
  }

  /// Side of the stem's square kernel.
  public var stemKernel: Int
  public var stemStride: Int
  public var stemChannels: Int
  public var blocks: [Block]
  /// Channels of the feature map.
  public var gridChannels: Int

  public init(stemKernel: Int, stemStride: Int, stemChannels: Int, blocks: [Block], gridChannels: Int) {
    self.stemKernel = stemKernel
    self.stemStride = stemStride
    self.stemChannels = stemChannels
    self.blocks = blocks
    self.gridChannels = gridChannels
  }

  /// The shape that ships: 256×256 pixels to 8×8×512, 0.83 billion multiplications a photo, 6.2 million parameters.
  public static let standard = CompactShape(
    stemKernel: 7, stemStride: 4, stemChannels: 32,
    blocks: [
      Block(channels: 32, stride: 1), Block(channels: 96, stride: 2), Block(channels: 192, stride: 2),
      Block(channels: 192, stride: 1), Block(channels: 384, stride: 2), Block(channels: 384, stride: 1),
    ],
    gridChannels: 512)

  /// Pixels of the input per region of the feature map, on each side.
  public var reduction: Int { blocks.reduce(stemStride) { $0 * $1.stride } }
}
