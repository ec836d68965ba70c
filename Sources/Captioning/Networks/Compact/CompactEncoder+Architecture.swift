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
    return compact.contradiction(in: description)
  }
}
