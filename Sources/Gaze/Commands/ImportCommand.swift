import ArgumentParser
import Captioning
import SystemPackage
import Tensors

/// `gaze import`: Keras' weights as gaze's.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Turn Keras weights into gaze weights.",
    discussion: """
      Reads InceptionResNetV2 without its top, which then gives features, or a whole captioner built on it (Dense, \
      Embedding, GRU, LayerNormalization, Dense), which gives captions too: from .h5 weights, an .h5 model or Keras 3 \
      .weights.h5.

      Example:
        gaze import captioner.weights.h5 --vocabulary vocab.txt --output captioner.safetensors
        gaze import inception_resnet_v2_weights_tf_dim_ordering_tf_kernels_notop.h5 --scaling symmetric \
      --output encoder.safetensors
      """)

  @Argument(help: "The Keras file.")
  var file: FilePath

  @Option(help: ArgumentHelp("The weights file to write.", valueName: "file"))
  var output: FilePath

  @Option(
    help: ArgumentHelp(
      "The captioner's words, one a line, in the order of get_vocabulary().", valueName: "file"))
  var vocabulary: FilePath?

  @Option(
    help: ArgumentHelp(
      "What pixels the network was trained on: unit for 0…1, symmetric for -1…1, Keras' own for this network.",
      valueName: "unit|symmetric"))
  var scaling = EncoderDescription.PixelScaling.unit

  @OptionGroup var overwriting: OverwriteFlag

  func run() throws {
    try overwriting.check("--output", output)
    let weights = try KerasImport(path: file, vocabularyPath: vocabulary, scaling: scaling)
    try weights.write(to: output)
    let description = weights.description
    let what = description.decoder == nil ? "an encoder alone" : "a captioner of \(description.vocabulary.count) words"
    Diagnostics.say("\(output): \(what), \(weights.parameterCount) parameters")
  }
}

extension EncoderDescription.PixelScaling: ExpressibleByArgument {}
