import ArgumentParser
import Captioning
import SystemPackage
import Tensors

/// `gaze import`: Keras' or PyTorch's weights as gaze's.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Turn Keras or PyTorch weights into gaze weights.",
    discussion: """
      Reads InceptionResNetV2 without its top, which then gives features, or a whole captioner built on it (Dense, \
      Embedding, GRU, LayerNormalization, Dense), which gives captions too: from .h5 weights, an .h5 model or Keras 3 \
      .weights.h5. Of PyTorch it reads EfficientNet-Lite0 to Lite4 (.pth), as a frozen encoder and as a teacher.

      Example:
        gaze import captioner.weights.h5 --vocabulary vocab.txt --output captioner.safetensors
        gaze import inception_resnet_v2_weights_tf_dim_ordering_tf_kernels_notop.h5 --scaling symmetric \
      --output encoder.safetensors
        gaze import efficientnet-lite2.pth --output lite2.safetensors
      """)

  @Argument(help: "The Keras or PyTorch file.")
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

  @OptionGroup var overwriting: OverwriteFlag

  func run() throws {
    try overwriting.check("--output", output)
    if EfficientNetLiteImport.claims(file) { return try importEfficientNetLite() }
    let weights = try KerasImport(path: file, vocabularyPath: vocabulary, scaling: scaling ?? .unit)
    try weights.write(to: output)
    let description = weights.description
    let what = description.decoder == nil ? "an encoder alone" : "a captioner of \(description.vocabulary.count) words"
    Diagnostics.say("\(output): \(what), \(weights.parameterCount) parameters")
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
