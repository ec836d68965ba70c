import SystemPackage
import Tensors

/// The networks there are. A new one is a file of its own and a line here.
enum Networks {
  /// Kinds of files and folders that whole captioners come in; the first that knows a path opens it.
  static let formats: [any CaptionerFormat.Type] = [HuggingFaceFolder.self, GazeFormat.self]
  /// Encoders that gaze's own files may hold.
  static let encoders: [any EncoderArchitecture.Type] = [
    CompactEncoder.self, InceptionResNetV2.self, EfficientNetLite.self,
  ]

  /// The captioner at a path, ready to run.
  /// - Throws: `WeightFileError` or `CaptioningError` when it is missing, broken or of no kind known here.
  /// - Parameter sharing: captioners whose encoder is taken where its own is the same.
  static func captioner(at path: FilePath, sharing: [SharedEncoder] = []) throws -> LoadedCaptioner {
    try format(of: path).load(path, sharing: sharing)
  }

  /// The encoder at a path, whether a decoder is there or not.
  static func imageEncoder(at path: FilePath) throws -> ImageEncoder { try format(of: path).encoder(path) }

  /// What is at a path, whether it can caption or not.
  static func contents(at path: FilePath) throws -> WeightsContents { try format(of: path).contents(path) }

  /// What no other format claims is judged by gaze's own, whose errors then say what is missing.
  private static func format(of path: FilePath) -> any CaptionerFormat.Type {
    formats.first { $0.claims(path) } ?? GazeFormat.self
  }

  static func encoder(_ architecture: EncoderDescription.Architecture) -> any EncoderArchitecture.Type {
    // Descriptions with other names are refused when they are read.
    encoders.first { $0.architecture == architecture }!
  }
}

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
