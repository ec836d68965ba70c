/// The sizes of a convolutional encoder over square or oblong inputs, as a file states them.
protocol EncoderShape {
  /// What no encoder of this kind has, in one line; nil when there is nothing.
  var contradiction: String? { get }
  var gridChannels: Int { get }
  /// Pixels of a side for each region that the layers give along it.
  var reduction: Int { get }
  /// Regions of the feature map along a side of so many pixels.
  func regions(along side: Int) -> Int
  /// The most numbers that any layer gives for an input of height × width pixels.
  func largestOutput(height: Int, width: Int) -> Int
}

extension EncoderShape {
  func regions(along side: Int) -> Int { side / reduction }

  /// What of this shape and of the rest of a description cannot go together, in one line; nil when it all fits.
  func contradiction(in description: EncoderDescription) -> String? {
    // More than any network here gives, and little enough to keep several of.
    let limit = 1 << 25
    if let contradiction { return contradiction }
    if gridChannels != description.channels { return "encoder: \"gridChannels\" and \"channels\" differ" }
    let sides = [(description.height, description.rows), (description.width, description.columns)]
    if sides.contains(where: { $0 % reduction != 0 || $1 != regions(along: $0) || $1 > $0 / reduction }) {
      return "encoder: strides, input size and grid do not fit together"
    }
    let most = largestOutput(height: description.height, width: description.width)
    if most > limit { return "encoder: a layer gives \(most) numbers, expected at most \(limit)" }
    return nil
  }
}

extension CompactShape: EncoderShape {}
extension EfficientNetLiteShape: EncoderShape {}
