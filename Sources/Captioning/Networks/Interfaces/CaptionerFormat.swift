import SystemPackage

/// A kind of file or folder that captioners come in.
protocol CaptionerFormat: SendableMetatype {
  /// Whether what is at `path` is of this kind; a look at names and first bytes, no more.
  static func claims(_ path: FilePath) -> Bool
  static func load(_ path: FilePath) throws -> LoadedCaptioner
  /// The same with an encoder that is there already, where its own is the same byte for byte.
  static func load(_ path: FilePath, sharing: [SharedEncoder]) throws -> LoadedCaptioner
  /// The encoder alone.
  static func encoder(_ path: FilePath) throws -> ImageEncoder
  /// What is there, to be told.
  static func contents(_ path: FilePath) throws -> WeightsContents
}

extension CaptionerFormat {
  /// For formats that cannot tell whether encoders are the same.
  static func load(_ path: FilePath, sharing: [SharedEncoder]) throws -> LoadedCaptioner { try load(path) }

  static func encoder(_ path: FilePath) throws -> ImageEncoder { try load(path).encoder }
}

/// A captioning network with its words, ready to run.
struct LoadedCaptioner {
  let description: ModelDescription
  let encoder: ImageEncoder
  let decoder: any CaptionDecoding
  let text: any TextCoding
  /// Of the weights.
  let digest: LazyDigest
  /// Of the encoder alone, see `SharedEncoder`; nil where nobody can tell.
  var encoderDigest: LazyDigest?
}

/// An encoder ready to run, and what tells whether another is the same.
struct SharedEncoder: Sendable {
  let encoder: ImageEncoder
  /// See `SafetensorsFile.encoderDigest`; empty where it could not be read.
  let digest: LazyDigest
}
