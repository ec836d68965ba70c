import Tensors

/// The sizes of an EfficientNet-Lite (Tan and Le 2019, https://arxiv.org/abs/1905.11946; the Lite variants are those of the
/// TensorFlow TPU models): a 3×3 stem of stride 2, inverted residual blocks without squeeze and excitation, and a 1×1
/// convolution to the feature map's channels; batch normalisation and ReLU6 after each, but none after a block's last.
public struct EfficientNetLiteShape: Sendable, Equatable, Codable {
  /// 1×1 to `expansion` times the channels, depthwise kernel × kernel, 1×1 to `channels`; the input is added where the
  /// shape stays.
  public struct Block: Sendable, Equatable, Codable {
    /// Output channels.
    public var channels: Int
    /// How many times the input's channels the depthwise convolution has; with 1 there is no expanding convolution.
    public var expansion: Int
    /// Side of the depthwise kernel.
    public var kernel: Int
    /// 1 or 2.
    public var stride: Int

    public init(channels: Int, expansion: Int, kernel: Int, stride: Int) {
      (self.channels, self.expansion, self.kernel, self.stride) = (channels, expansion, kernel, stride)
    }
  }

  public var stemChannels: Int
  public var blocks: [Block]
  /// Channels of the feature map.
  public var gridChannels: Int

  public init(stemChannels: Int, blocks: [Block], gridChannels: Int) {
    (self.stemChannels, self.blocks, self.gridChannels) = (stemChannels, blocks, gridChannels)
  }

  static let stemStride = 2

  /// Pixels of the input per region of the feature map, on each side. Only of a shape without contradiction.
  public var reduction: Int { blocks.reduce(Self.stemStride) { $0 * $1.stride } }

  /// More halvings of a side cannot leave a region, and a reduction by them cannot overflow.
  private static let mostHalvings = 16
  /// More than any network of the kind has; sizes computed from it cannot overflow.
  private static let largestExpansion = 64

  /// What no network here has; nil when there is nothing. Files say what they like.
  var contradiction: String? {
    let sizes = [stemChannels, gridChannels] + blocks.map(\.channels)
    if let contradiction = ModelDescription.contradiction(inSizes: sizes) { return contradiction }
    for block in blocks {
      if !(1...2).contains(block.stride) { return "encoder: a block's stride is not 1 or 2" }
      if !(1...DepthwiseConvolution.largestSize).contains(block.kernel) {
        return "encoder: a kernel of \(block.kernel), expected 1…\(DepthwiseConvolution.largestSize)"
      }
      if !(1...Self.largestExpansion).contains(block.expansion) {
        return "encoder: an expansion by \(block.expansion), expected 1…\(Self.largestExpansion)"
      }
    }
    if blocks.count(where: { $0.stride == 2 }) > Self.mostHalvings {
      return "encoder: blocks halve the input more than \(Self.mostHalvings) times"
    }
    return nil
  }

  /// The most numbers that any layer gives for an input of height × width pixels.
  func largestOutput(height: Int, width: Int) -> Int {
    var (rows, columns, channels) = (height / Self.stemStride, width / Self.stemStride, stemChannels)
    var most = rows * columns * stemChannels
    for block in blocks {
      most = max(most, rows * columns * channels * block.expansion)
      (rows, columns, channels) = (rows / block.stride, columns / block.stride, block.channels)
      most = max(most, rows * columns * channels)
    }
    return max(most, rows * columns * gridChannels)
  }
}
