import ArgumentParser
import Captioning
import SystemPackage
import Tensors

/// `gaze import`: Keras' or PyTorch's weights, or a Hugging Face folder, as one file of gaze's.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Turn Keras or PyTorch weights, or a captioner's folder, into one weights file.",
    discussion: """
      Reads InceptionResNetV2 without its top, which then gives features, or a whole captioner built on it (Dense, \
      Embedding, GRU, LayerNormalization, Dense), which gives captions too: from .h5 weights, an .h5 model or Keras 3 \
      .weights.h5. Of PyTorch it reads EfficientNet-Lite0 to Lite4 (.pth), as a frozen encoder and as a teacher. \
      Or the folder of a BLIP captioner, or of ViT or DeiT with GPT-2, which gaze runs as it is too: one file of it, \
      with --precision half as large, that every command runs.

      Example:
        gaze import blip-image-captioning-base --output blip.safetensors --precision f16
        gaze import captioner.weights.h5 --vocabulary vocab.txt --output captioner.safetensors
        gaze import inception_resnet_v2_weights_tf_dim_ordering_tf_kernels_notop.h5 --scaling symmetric \
      --output encoder.safetensors
        gaze import efficientnet-lite2.pth --output lite2.safetensors
      """)

  @Argument(help: "The Keras or PyTorch file, or the folder.")
  var file: FilePath

  @Option(help: ArgumentHelp("The weights file to write.", valueName: "file"))
  var output: FilePath

  @Option(
    help: ArgumentHelp(
      "The captioner's words, one a line, in the order of get_vocabulary().", valueName: "file"))
  var vocabulary: FilePath?

  @Option(
    help: ArgumentHelp(
      "What pixels InceptionResNetV2 was trained on: unit for 0…1, symmetric for -1…1, Keras' own (default: unit).",
      valueName: "unit|symmetric"))
  var scaling: EncoderDescription.PixelScaling?

  @Option(
    help: ArgumentHelp("Store a folder's matrices in 16 bits; as they are otherwise.", valueName: "f16|bf16"))
  var precision: FolderImport.Precision?

  @OptionGroup var overwriting: OverwriteFlag

  func run() throws {
    try overwriting.check("--output", output)
    if file.isFolder { return try importFolder() }
    if precision != nil { throw ValidationError("--precision: expected with a captioner's folder") }
    if EfficientNetLiteImport.claims(file) { return try importEfficientNetLite() }
    let weights = try KerasImport(path: file, vocabularyPath: vocabulary, scaling: scaling ?? .unit)
    try weights.write(to: output)
    let description = weights.description
    let what = description.decoder == nil ? "an encoder alone" : "a captioner of \(description.vocabulary.count) words"
    Diagnostics.say("\(output): \(what), \(weights.parameterCount) parameters")
  }

  private func importFolder() throws {
    let given = [("--vocabulary", vocabulary != nil), ("--scaling", scaling != nil)]
    if let flag = given.first(where: \.1)?.0 {
      throw ValidationError("\(flag): expected with a Keras file; a folder says it itself")
    }
    let folder = try FolderImport(folder: file)
    try folder.write(to: output, precision: precision)
    Diagnostics.say(
      "\(output): a captioner of \(folder.description.vocabulary.count) tokens, \(folder.parameterCount) parameters")
  }

  private func importEfficientNetLite() throws {
    if vocabulary != nil { throw ValidationError("--vocabulary: \(file) is an encoder alone, which has no words") }
    if scaling != nil {
      throw ValidationError("--scaling: EfficientNet-Lite's pixels are known, (level - 127) / 128; leave it out")
    }
    let weights = try EfficientNetLiteImport(path: file)
    try weights.write(to: output)
    Diagnostics.say(
      "\(output): \(weights.shape.name), an encoder with \(weights.classes) classes, \(weights.parameterCount) parameters"
    )
  }
}

extension EncoderDescription.PixelScaling: ExpressibleByArgument {
  public init?(argument: String) {
    guard let known = [Self.unit, .symmetric].first(where: { $0.rawValue == argument }) else { return nil }
    self = known
  }
}

extension FolderImport.Precision: ExpressibleByArgument {}
