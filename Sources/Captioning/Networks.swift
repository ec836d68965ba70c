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

extension EncoderDescription.Architecture: RawRepresentable, Codable {
  /// Nil for what gaze's own files cannot hold.
  public init?(rawValue: String) {
    guard let known = Networks.encoders.first(where: { $0.architecture.rawValue == rawValue }) else { return nil }
    self = known.architecture
  }
}
