/// An encoder that gaze's own files may hold.
protocol EncoderArchitecture: SendableMetatype {
  static var architecture: EncoderDescription.Architecture { get }
  /// What of a description cannot be, in one line; nil when it all fits.
  static func contradiction(in description: EncoderDescription) -> String?
  /// The network for inference.
  static func prepared(
    _ description: EncoderDescription, weights: inout some WeightSource
  ) throws -> any ImageEncoding
}
