import ArgumentParser
import Captioning
import Files
import Glibc
import SystemPackage
import Tensors
import WeightFiles

/// `gaze features`: the encoder's grid as a NumPy file.
struct FeaturesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "features",
    abstract: "Write what the encoder sees in an image as a .npy file.",
    discussion: """
      The file holds float32 [1, rows, columns, channels].

      Example:
        gaze features dog.jpg --output dog.npy
        gaze features --input-npy pixels.npy --output grid.npy
      """)

  @Argument(help: "An image; - is standard input. Not needed with --input-npy.")
  var image: FilePath?

  @Option(help: ArgumentHelp("The file to write; - is standard output.", valueName: "file"))
  var output: FilePath

  @Option(
    help: ArgumentHelp(
      "Float32 [1, height, width, 3] for the encoder as it is, neither resized nor scaled; - is standard input.",
      valueName: "file"))
  var inputNpy: FilePath?

  @OptionGroup var overwriting: OverwriteFlag

  @OptionGroup var network: NetworkFlags

  func validate() throws {
    try overwriting.checkUse([output], of: "--output")
    if image == nil && inputNpy == nil {
      throw ValidationError("no image given; name one, or a tensor with --input-npy")
    }
    if let image, inputNpy != nil {
      throw ValidationError(
        "\(PrintableText.line(FileName.text(image))) and --input-npy: only one of them can be given")
    }
  }

  func run() throws {
    try overwriting.check("--output", output)
    let encoder = try ImageEncoder(weightsAt: ProgramFiles.weights(flag: network.weights), threads: network.threads)
    let grid = try grid(encoder)
    if output == "-" {
      try StandardOutput.write(NumPyArray.encode(grid))
    } else {
      try NumPyArray.write(grid, to: output)
    }
  }

  private func grid(_ encoder: ImageEncoder) throws -> Tensor {
    guard let inputNpy else { return try encoder.encode(loadImage(image!)).regions }
    let pixels = try inputNpy == "-" ? standardInput() : NumPyArray.read(path: inputNpy)
    do { return try encoder.encode(pixels).regions } catch { throw CommandFailure("\(inputNpy): \(error)") }
  }

  private func standardInput() throws -> Tensor {
    try StandardInput.read().withUnsafeBytes { try NumPyArray.decode($0, name: StandardInput.name) }
  }
}
