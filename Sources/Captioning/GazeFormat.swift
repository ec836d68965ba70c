import SystemPackage
import Tensors
import WeightFiles

/// gaze's own weights files: one of the encoders in `Networks`, the attention-GRU decoder and the notebook's kind of
/// vocabulary; or all of a Hugging Face folder, see `FolderFiles`.
enum GazeFormat: CaptionerFormat {
  static func claims(_ path: FilePath) -> Bool { path.extension == "safetensors" }

  static func load(_ path: FilePath) throws -> LoadedCaptioner { try load(path, sharing: []) }

  static func load(_ path: FilePath, sharing: [SharedEncoder]) throws -> LoadedCaptioner {
    let file = try SafetensorsFile(path: path)
    if let folder = FolderFiles(keptIn: file) { return try HuggingFaceFolder.load(folder, file) }
    let description = try ModelDescription(file)
    let own = LazyDigest { (try? file.encoderDigest(description.encoder)) ?? "" }
    // Of another size it cannot be the same: nothing has to be read to know that.
    let same = sharing.filter { $0.encoder.description == description.encoder }
      .first { !own.value.isEmpty && $0.digest.value == own.value }
    var weights = FileWeights(file: file)
    var network = try load(
      description, weights: &weights, path: path, digest: LazyDigest { file.sha256() }, encoder: same?.encoder)
    network.encoderDigest = own
    return network
  }

  static func encoder(_ path: FilePath) throws -> ImageEncoder {
    let file = try SafetensorsFile(path: path)
    if let folder = FolderFiles(keptIn: file) { return try HuggingFaceFolder.load(folder, file).encoder }
    var weights = FileWeights(file: file)
    return try ImageEncoder(ModelDescription(file).encoder, weights: &weights)
  }

  static func contents(_ path: FilePath) throws -> WeightsContents {
    let file = try SafetensorsFile(path: path)
    let description =
      try FolderFiles(keptIn: file).map { try HuggingFaceFolder.load($0, file).description } ?? ModelDescription(file)
    return WeightsContents(tensors: file, description: description)
  }

  /// - Parameter encoder: what is there already of it; nil has it made of the weights.
  /// - Throws: `CaptioningError.encoderAlone` where the description has no decoder.
  static func load(
    _ description: ModelDescription, weights: inout some WeightSource, path: FilePath, digest: LazyDigest,
    encoder known: ImageEncoder? = nil
  ) throws -> LoadedCaptioner {
    guard let decoder = description.decoder else { throw CaptioningError.encoderAlone(path: path) }
    let vocabulary = try Vocabulary(words: description.vocabulary)
    let encoder = try known ?? ImageEncoder(description.encoder, weights: &weights)
    let trained = try AttentionDecoder(
      decoder, vocabularySize: vocabulary.count, featureChannels: description.encoder.channels, weights: &weights)
    return LoadedCaptioner(
      description: description, encoder: encoder, decoder: trained.prepared(), text: vocabulary, digest: digest)
  }
}
