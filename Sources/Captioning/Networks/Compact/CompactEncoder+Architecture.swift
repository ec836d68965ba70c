import Tensors

extension CompactEncoder: EncoderArchitecture {
  static let architecture = EncoderDescription.Architecture.compact
  /// More than any network here gives, and little enough to keep several of.
  private static let largestOutput = 1 << 25

  static func prepared(
    _ description: EncoderDescription, weights: inout some WeightSource
  ) throws -> any ImageEncoding {
    guard let shape = description.compact else { preconditionFailure("a compact encoder without its shape") }
    return try CompactEncoder(shape, weights: &weights).prepared(height: description.height, width: description.width)
  }

  static func contradiction(in description: EncoderDescription) -> String? {
    guard let compact = description.compact else { return "encoder: \"compact\" is missing" }
    if let contradiction = compact.contradiction { return contradiction }
    if compact.gridChannels != description.channels { return "encoder: \"gridChannels\" and \"channels\" differ" }
    if description.height != description.rows * compact.reduction
      || description.width != description.columns * compact.reduction
    {
      return "encoder: strides, input size and grid do not fit together"
    }
    let most = compact.largestOutput(height: description.height, width: description.width)
    if most > largestOutput { return "encoder: a layer gives \(most) numbers, expected at most \(largestOutput)" }
    return nil
  }
}
