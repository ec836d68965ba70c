import SystemPackage
import Tensors
import WeightFiles

/// gaze's own weights files: one of the encoders in `Networks`, the attention-GRU decoder and the notebook's kind of
/// vocabulary.
enum GazeFormat: CaptionerFormat {
  static func claims(_ path: FilePath) -> Bool { path.extension == "safetensors" }

  static func load(_ path: FilePath) throws -> LoadedCaptioner {
    let file = try SafetensorsFile(path: path)
    var weights = FileWeights(file: file)
    return try load(ModelDescription(file), weights: &weights, path: path, sha256: file.sha256())
  }

  static func encoder(_ path: FilePath) throws -> ImageEncoder {
    let file = try SafetensorsFile(path: path)
    var weights = FileWeights(file: file)
    return try ImageEncoder(ModelDescription(file).encoder, weights: &weights)
  }

  /// - Throws: `CaptioningError.encoderAlone` where the description has no decoder.
  static func load(
    _ description: ModelDescription, weights: inout some WeightSource, path: FilePath, sha256: String
  ) throws -> LoadedCaptioner {
    guard let decoder = description.decoder else { throw CaptioningError.encoderAlone(path: path) }
    let vocabulary = try Vocabulary(words: description.vocabulary)
    let encoder = try ImageEncoder(description.encoder, weights: &weights)
    let trained = try AttentionDecoder(
      decoder, vocabularySize: vocabulary.count, featureChannels: description.encoder.channels, weights: &weights)
    return LoadedCaptioner(
      description: description, encoder: encoder, decoder: trained.prepared(), text: vocabulary, sha256: sha256)
  }
}
