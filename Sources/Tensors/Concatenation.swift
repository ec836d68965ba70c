import CKernels

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
