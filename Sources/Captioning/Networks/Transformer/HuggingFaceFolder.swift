import Files
import Raster
import SystemPackage
import Tensors
import WeightFiles

/// A captioner as `huggingface-cli download` leaves it: a folder with `config.json`, weights, a tokenizer and the image
/// processing. BLIP for conditional generation, and encoders ViT or DeiT with GPT-2.
enum HuggingFaceFolder: CaptionerFormat {
  static func claims(_ path: FilePath) -> Bool { path.isFolder }

  static func load(_ path: FilePath) throws -> LoadedCaptioner {
    let files = FolderFiles(folder: path)
    return try load(files, opened(files))
  }

  static func contents(_ path: FilePath) throws -> WeightsContents {
    let files = FolderFiles(folder: path)
    let tensors = try opened(files)
    return WeightsContents(tensors: tensors, description: try load(files, tensors).description)
  }

  /// The captioner that some files and tensors are.
  static func load(_ files: FolderFiles, _ tensors: any TensorCollection) throws -> LoadedCaptioner {
    let configuration = try configuration(of: files)
    switch configuration.string("model_type") {
    case "blip": return try BlipCaptioner.load(files, configuration, tensors)
    default: return try VisionEncoderDecoder.load(files, configuration, tensors)
    }
  }

  /// The tensors of a folder that is of a kind known here.
  static func opened(_ files: FolderFiles) throws -> any TensorCollection {
    _ = try configuration(of: files)
    return try weights(in: files.path)
  }

  /// - Throws: where the folder is of no kind known here.
  private static func configuration(of files: FolderFiles) throws -> ConfigurationFile {
    guard files.has("config.json") else {
      throw CaptioningError.unusableFolder(
        path: files.path, reason: "a folder without config.json; expected one as huggingface-cli downloads it")
    }
    let configuration = try ConfigurationFile(files, "config.json")
    guard ["blip", "vision-encoder-decoder"].contains(configuration.string("model_type")) else {
      throw unsupported(files.path, configuration)
    }
    return configuration
  }

  /// What a folder holds that is none of the networks here.
  private static func unsupported(_ folder: FilePath, _ configuration: ConfigurationFile) -> CaptioningError {
    let known = [
      "git": "GIT", "blip-2": "BLIP-2", "blip_2": "BLIP-2", "instructblip": "InstructBLIP", "florence2": "Florence-2",
      "llava": "LLaVA", "pix2struct": "Pix2Struct", "kosmos-2": "Kosmos-2", "paligemma": "PaliGemma",
    ]
    let type = configuration.string("model_type") ?? "no model_type"
    let name = known[type].map { "\($0) (\(type))" } ?? JSONText.quoted(String(type.prefix(40)))
    return .unusableFolder(
      path: folder,
      reason: "its config.json says \(name), which is not supported; expected blip or vision-encoder-decoder")
  }

  /// One file, or several and their index.
  private static func weights(in folder: FilePath) throws -> any TensorCollection {
    let single = folder.appending("model.safetensors")
    if single.exists { return try SafetensorsFile(path: single) }
    let index = folder.appending("model.safetensors.index.json")
    if index.exists { return try ShardedSafetensors(index: index) }
    let pickle = folder.appending("pytorch_model.bin")
    if pickle.exists { return try PyTorchFile(path: pickle) }
    throw CaptioningError.unusableFolder(
      path: folder,
      reason: "expected model.safetensors, model.safetensors.index.json or pytorch_model.bin, found none of them")
  }

  /// The folder's image processing, in its old file or its new one.
  /// - Parameter filter: what photos are resized with where nothing is said.
  static func processing(
    in files: FolderFiles, size: Int, filter standard: PixelImage.ResamplingFilter, mean: [Double], deviation: [Double]
  ) throws -> ImageProcessing {
    let (old, new) = ("preprocessor_config.json", "processor_config.json")
    let file: ConfigurationFile
    if files.has(old) {
      file = try ConfigurationFile(files, old)
    } else if files.has(new) {
      file = try ConfigurationFile(files, new).section("image_processor")
    } else {
      throw CaptioningError.unusableFolder(
        path: files.path, reason: "expected preprocessor_config.json or processor_config.json, found neither")
    }
    let sizes = file.section("size")
    let height = try file.string("size") == nil && sizes.has("height") ? sizes.integer("height", 1...4096) : size
    let width = try sizes.has("width") ? sizes.integer("width", 1...4096) : height
    guard height == size, width == size, !file.boolean("do_center_crop", default: false) else {
      throw file.wrong("size", "\(size) × \(size), the network's image_size, without cropping")
    }
    let number = try file.integer("resample", 0...5, default: standard.rawValue)
    guard let filter = PixelImage.ResamplingFilter(rawValue: number) else {
      throw file.wrong("resample", "1 to 5, a filter with antialiasing")
    }
    let normalizes = file.boolean("do_normalize", default: true)
    let means = try normalizes ? file.numbers("image_mean", count: 3, default: mean) : [0, 0, 0]
    let deviations = try normalizes ? file.numbers("image_std", count: 3, default: deviation) : [1, 1, 1]
    guard deviations.allSatisfy({ $0 > 0 }) else { throw file.wrong("image_std", "three numbers above 0") }
    let rescales = file.boolean("do_rescale", default: true)
    return ImageProcessing(
      filter: filter, rescale: Float(rescales ? try file.number("rescale_factor", default: 1 / 255) : 1),
      mean: SIMD3(means.map(Float.init)), deviation: SIMD3(deviations.map(Float.init)))
  }

  /// A whole captioner of its parts.
  static func captioner(
    _ files: FolderFiles, _ architecture: String, encoder: VisionTransformer, decoder: CrossAttentionDecoder,
    text: any TextCoding, channels: Int, pieces: [String], tensors: any TensorCollection
  ) -> LoadedCaptioner {
    let shape = encoder.shape
    let description = EncoderDescription(
      architecture: .init(named: architecture), height: shape.rows * shape.patch, width: shape.columns * shape.patch,
      scaling: encoder.processing.scaling, rows: shape.rows, columns: shape.columns, channels: channels)
    var model = ModelDescription(
      encoder: description, decoder: DecoderDescription(width: decoder.shape.width, initialState: .zeros),
      vocabulary: pieces, provenance: files.provenance)
    model.transformer = TransformerDescription(
      encoder, decoder, textCoding: text is WordPiece ? .wordPiece : .bytePairs)
    return LoadedCaptioner(
      description: model, encoder: ImageEncoder(description, encoder), decoder: decoder, text: text,
      digest: LazyDigest { tensors.sha256() })
  }
}
