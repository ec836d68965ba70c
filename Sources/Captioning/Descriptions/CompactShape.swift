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
  /// Rows and columns of the feature map where the layers give more regions: theirs are resampled, bilinear with half-pixel
  /// centres, so that a larger input shows more without more regions to attend to. Nil leaves them as they are.
  public var gridSide: Int?

  public init(
    stemKernel: Int, stemStride: Int, stemChannels: Int, blocks: [Block], gridChannels: Int, gridSide: Int? = nil
  ) {
    self.stemKernel = stemKernel
    self.stemStride = stemStride
    self.stemChannels = stemChannels
    self.blocks = blocks
    self.gridChannels = gridChannels
    self.gridSide = gridSide
  }

  /// What a new encoder is unless another is asked for: 256×256 pixels to 8×8×512, 0.83 billion multiplications a photo, 6.2
  /// million parameters.
  public static let standard = CompactShape(
    stemKernel: 7, stemStride: 4, stemChannels: 32,
    blocks: [
      Block(channels: 32, stride: 1), Block(channels: 96, stride: 2), Block(channels: 192, stride: 2),
      Block(channels: 192, stride: 1), Block(channels: 384, stride: 2), Block(channels: 384, stride: 1),
    ],
    gridChannels: 512)

  /// The layers that ship, 9.8 million parameters: 1.46 billion multiplications for 256×256 pixels, 3.29 for the 384×384 that
  /// the default weights see.
  public static let large = CompactShape(
    stemKernel: 7, stemStride: 4, stemChannels: 48,
    blocks: [
      Block(channels: 48, stride: 1), Block(channels: 96, stride: 2), Block(channels: 96, stride: 1),
      Block(channels: 192, stride: 2), Block(channels: 192, stride: 1), Block(channels: 192, stride: 1),
      Block(channels: 384, stride: 2), Block(channels: 384, stride: 1), Block(channels: 384, stride: 1),
    ],
    gridChannels: 512)

  /// Pixels of the input per region that the layers give, on each side. Only of a shape without contradiction.
  public var reduction: Int { blocks.reduce(stemStride) { $0 * $1.stride } }

  /// Regions of the feature map along a side of so many pixels.
  public func regions(along side: Int) -> Int { gridSide ?? side / reduction }

  /// Whether all but `gridSide` is the same.
  public func hasLayers(of other: CompactShape) -> Bool {
    var own = self
    own.gridSide = other.gridSide
    return own == other
  }

  /// The most halvings of a side: more cannot leave a region, and a reduction by them cannot overflow.
  private static let mostHalvings = 16

  /// What no encoder here has; nil when there is nothing. Files say what they like.
  var contradiction: String? {
    let sizes =
      [stemKernel, stemStride, stemChannels, gridChannels, gridSide ?? 1] + blocks.flatMap { [$0.channels, $0.stride] }
    if let contradiction = ModelDescription.contradiction(inSizes: sizes) { return contradiction }
    if blocks.contains(where: { $0.stride > 2 }) { return "encoder: a block's stride is not 1 or 2" }
    if blocks.count(where: { $0.stride == 2 }) > Self.mostHalvings {
      return "encoder: blocks halve the input more than \(Self.mostHalvings) times"
    }
    return nil
  }

  /// The most numbers that any layer gives for an input of height × width pixels.
  func largestOutput(height: Int, width: Int) -> Int {
    var (rows, columns) = (height / stemStride, width / stemStride)
    var most = rows * columns * stemChannels
    for block in blocks {
      (rows, columns) = (rows / block.stride, columns / block.stride)
      most = max(most, rows * columns * block.channels)
    }
    return max(most, rows * columns * gridChannels)
  }

  /// - Parameter inputSize: side of the square input in pixels.
  /// - Throws: where there is no such network.
  package func validate(inputSize: Int) throws(CaptioningError) {
    if let contradiction { throw .badOption(contradiction) }
    let range = 1...EncoderDescription.longestSide
    guard range.contains(inputSize), inputSize % reduction == 0 else {
      throw .badOption("input size: \(inputSize), expected a multiple of \(reduction), at most \(range.upperBound)")
    }
    if let gridSide, gridSide > inputSize / reduction {
      let least = gridSide * reduction
      throw .badOption("input size: \(inputSize), expected at least \(least) for \(gridSide)×\(gridSide) regions")
    }
  }
}
