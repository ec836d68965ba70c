import Tensors

extension InceptionResNetV2: EncoderArchitecture {
  static let architecture = EncoderDescription.Architecture.inceptionResNetV2

  static func prepared(
    _ description: EncoderDescription, weights: inout some WeightSource
  ) throws -> any ImageEncoding {
    try InceptionResNetV2(height: description.height, width: description.width, weights: &weights)
  }

  static func contradiction(in description: EncoderDescription) -> String? {
    let (height, width) = (description.height, description.width)
    if min(height, width) < smallestSide {
      return "encoder: an input of \(height)x\(width), expected sides of at least \(smallestSide)"
    }
    let expected = [regions(height), regions(width), gridChannels]
    return [description.rows, description.columns, description.channels] == expected
      ? nil : "encoder: input size and grid do not fit together"
  }
}
