import Tensors

extension EfficientNetLite: EncoderArchitecture {
  static let architecture = EncoderDescription.Architecture.efficientNetLite
  /// More than any network here gives, and little enough to keep several of.
  private static let largestOutput = 1 << 25

  static func prepared(
    _ description: EncoderDescription, weights: inout some WeightSource
  ) throws -> any ImageEncoding {
    guard let shape = description.lite else { preconditionFailure("an EfficientNet-Lite without its shape") }
    return try EfficientNetLite(shape, height: description.height, width: description.width, weights: &weights)
  }

  static func contradiction(in description: EncoderDescription) -> String? {
    guard let shape = description.lite else { return "encoder: \"lite\" is missing" }
    if let contradiction = shape.contradiction { return contradiction }
    if shape.gridChannels != description.channels { return "encoder: \"gridChannels\" and \"channels\" differ" }
    if description.height != description.rows * shape.reduction
      || description.width != description.columns * shape.reduction
    {
      return "encoder: strides, input size and grid do not fit together"
    }
    let most = shape.largestOutput(height: description.height, width: description.width)
    if most > largestOutput { return "encoder: a layer gives \(most) numbers, expected at most \(largestOutput)" }
    return nil
  }
}

extension EncoderDescription {
  /// An EfficientNet-Lite over square pixels.
  /// - Parameter inputSize: the side in pixels, a multiple of `shape.reduction`.
  init(lite shape: EfficientNetLiteShape, inputSize: Int) {
    let regions = inputSize / shape.reduction
    self.init(
      architecture: .efficientNetLite, lite: shape, height: inputSize, width: inputSize, scaling: .efficientNetLite,
      rows: regions, columns: regions, channels: shape.gridChannels)
  }
}
