import Tensors

extension EfficientNetLite: EncoderArchitecture {
  static let architecture = EncoderDescription.Architecture.efficientNetLite

  static func prepared(
    _ description: EncoderDescription, weights: inout some WeightSource
  ) throws -> any ImageEncoding {
    guard let shape = description.lite else { preconditionFailure("an EfficientNet-Lite without its shape") }
    return try EfficientNetLite(shape, height: description.height, width: description.width, weights: &weights)
  }

  static func contradiction(in description: EncoderDescription) -> String? {
    guard let shape = description.lite else { return "encoder: \"lite\" is missing" }
    return shape.contradiction(in: description)
  }
}

extension EncoderDescription {
  /// An EfficientNet-Lite over square pixels.
  /// - Parameter inputSize: the side in pixels, a multiple of `shape.reduction`.
  init(lite shape: EfficientNetLiteShape, inputSize: Int) {
    let regions = shape.regions(along: inputSize)
    self.init(
      architecture: .efficientNetLite, lite: shape, height: inputSize, width: inputSize, scaling: .efficientNetLite,
      rows: regions, columns: regions, channels: shape.gridChannels)
  }
}
