import ArgumentParser
import Captioning
import SystemPackage
import Tensors

/// `gaze import`: Keras' weights, or a Hugging Face folder, as one file of gaze's.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Turn Keras weights, or a captioner's folder, into one weights file.",
    discussion: """
      Reads InceptionResNetV2 without its top, which then gives features, or a whole captioner built on it (Dense, \
      Embedding, GRU, LayerNormalization, Dense), which gives captions too: from .h5 weights, an .h5 model or Keras 3 \
      .weights.h5. Or the folder of a BLIP captioner, or of ViT or DeiT with GPT-2, which gaze runs as it is too: one \
      file of it, with --precision half as large, that every command runs.

      Example:
        gaze import blip-image-captioning-base --output blip.safetensors --precision f16
        gaze import captioner.weights.h5 --vocabulary vocab.txt --output captioner.safetensors
        gaze import inception_resnet_v2_weights_tf_dim_ordering_tf_kernels_notop.h5 --scaling symmetric \
      --output encoder.safetensors
      """)

  @Argument(help: "The Keras file, or the folder.")
  var file: FilePath

  @Option(help: ArgumentHelp("The weights file to write.", valueName: "file"))
  var output: FilePath

  @Option(
    help: ArgumentHelp(
      "The captioner's words, one a line, in the order of get_vocabulary().", valueName: "file"))
  var vocabulary: FilePath?

  @Option(
    help: ArgumentHelp(
      "What pixels a Keras network was trained on: unit for 0…1, symmetric for -1…1, Keras' own for this network."
        + " Default: unit.",
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
}

extension FolderImport.Precision: ExpressibleByArgument {}

extension EncoderDescription.PixelScaling: ExpressibleByArgument {}
