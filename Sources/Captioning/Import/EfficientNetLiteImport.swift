import Files
import SystemPackage
import Tensors
import WeightFiles

/// Turns PyTorch's weights of an EfficientNet-Lite, with its classes, into a gaze file.
///
/// Names are those of the package efficientnet_lite_pytorch, which follow EfficientNet-PyTorch; variant and sizes are told
/// from the tensors.
public struct EfficientNetLiteImport {
  /// What the written file says of itself.
  public let description: ModelDescription
  public let shape: EfficientNetLiteShape
  /// How many classes it tells apart.
  public let classes: Int
  private let file: PyTorchFile
  private let targets: [PyTorchTarget]

  /// Side of the input in pixels: 8×8 regions, near enough to the 224 to 300 the variants were trained on.
  private static let inputSize = 256

  /// Whether a file is PyTorch's; a look at its first bytes, no more.
  public static func claims(_ path: FilePath) -> Bool { PyTorchFile.claims(path) }

  /// Reads the file's structure and checks every tensor's shape; numbers are read by `write`.
  /// - Throws: `WeightFileError`, one line.
  public init(path: FilePath) throws {
    file = try PyTorchFile(path: path)
    shape = try EfficientNetLiteTensors(file).shape()
    guard let top = file.info("_fc.weight")?.shape, top.count == 2 else {
      throw WeightFileError.missing(path: path, tensor: "_fc.weight")
    }
    classes = top[0]
    targets = PyTorchTarget.efficientNetLite(shape, classes: classes)
    for target in targets { try target.check(file) }
    // Counts of batches are of no use to a network that is not trained.
    let known = Set(targets.map(\.source))
    if let stranger = file.names.first(where: { !known.contains($0) && !$0.hasSuffix(".num_batches_tracked") }) {
      throw WeightFileError.mismatch(
        path: path, tensor: stranger, expected: "no such tensor in \(shape.name)",
        found: "one of shape \(file.info(stranger)?.shape ?? [])")
    }
    let encoder = EncoderDescription(lite: shape, inputSize: Self.inputSize)
    if let contradiction = EfficientNetLite.contradiction(in: encoder) {
      throw CaptioningError.unreadable(reason: "\(path): \(contradiction)")
    }
    description = ModelDescription(
      encoder: encoder,
      provenance: ["imported_from": FileName.name(path), "layout": "PyTorch", "network": shape.name])
  }

  /// How many numbers the network has, its classes among them.
  public var parameterCount: Int { targets.reduce(0) { $0 + $1.shape.reduce(1, *) } }

  /// Reads the tensors and writes the file, whole or not at all, in float32.
  /// - Throws: `WeightFileError` naming the first tensor whose numbers cannot be read or are not finite.
  public func write(to path: FilePath) throws {
    try writeSafetensors(targets.map { try $0.tensor(file) }, metadata: description.metadata, to: path)
  }
}
