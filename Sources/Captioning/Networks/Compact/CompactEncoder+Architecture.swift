import Tensors

extension CompactEncoder: EncoderArchitecture {
  static let architecture = EncoderDescription.Architecture.compact

  static func prepared(
    _ description: EncoderDescription, weights: inout some WeightSource
  ) throws -> any ImageEncoding {
    guard let shape = description.compact else { preconditionFailure("a compact encoder without its shape") }
    return try CompactEncoder(shape, weights: &weights).prepared(height: description.height, width: description.width)
  }

  static func contradiction(in description: EncoderDescription) -> String? {
    guard let compact = description.compact else { return "encoder: \"compact\" is missing" }
    let sizes =
      [compact.stemKernel, compact.stemStride, compact.stemChannels, compact.gridChannels]
      + compact.blocks.flatMap { [$0.channels, $0.stride] }
    if let contradiction = ModelDescription.contradiction(inSizes: sizes) { return contradiction }
    if compact.blocks.contains(where: { $0.stride > 2 }) { return "encoder: a block's stride is not 1 or 2" }
    if compact.gridChannels != description.channels { return "encoder: \"gridChannels\" and \"channels\" differ" }
    // Up to 16 halvings of a side of at most 2¹⁶: more cannot leave a region, and the product below cannot overflow.
    let halvings = compact.blocks.count { $0.stride == 2 }
    if halvings > 16 || description.height != description.rows * compact.reduction
      || description.width != description.columns * compact.reduction
    {
      return "encoder: strides, input size and grid do not fit together"
    }
    return nil
  }
}
