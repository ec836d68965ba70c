import CKernels

/// Some neighbouring channels of a feature map `[B, H, W, C]`: where one branch writes its part of a concatenation.
public struct ChannelSlice: Sendable {
  /// The whole feature map.
  public let tensor: Tensor
  /// Which of its channels.
  public let channels: Range<Int>

  /// - Parameters:
  ///   - tensor: `[…, C]`.
  ///   - channels: all when nil.
  public init(_ tensor: Tensor, channels: Range<Int>? = nil) {
    self.tensor = tensor
    self.channels = channels ?? 0..<tensor.shape[3]
    precondition(tensor.shape.count == 4 && self.channels.upperBound <= tensor.shape[3])
  }

  /// Floats from pixel to pixel.
  var stride: Int { tensor.shape[3] }
  var pointer: UnsafeMutablePointer<Float> { tensor.pointer + channels.lowerBound }
}

extension ChannelSlice {
  /// Fills the slice with a feature map of its own size and channels.
  public func copy(from part: Tensor) {
    let width = channels.count
    precondition(
      part.shape == Array(tensor.shape.dropLast()) + [width],
      "\(part.shape) does not fit into \(width) of \(tensor.shape)")
    forRows(part.count / width, grain: max(64, (1 << 16) / stride)) { first, count in
      gaze_copy_channels(part.pointer + first * width, count, width, pointer + first * stride, stride)
    }
  }
}
