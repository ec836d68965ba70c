import SystemPackage
import Tensors
import WeightFiles

/// An encoder with the linear layer that names what a photo shows, from the mean of the feature map: what a weights file
/// of `gaze import` holds of a classifier. For inference.
public final class ImageClassifier: Sendable {
  public let path: FilePath
  public let description: ModelDescription
  package let encoder: ImageEncoder
  /// V.
  public let classes: Int
  /// Lower-case hexadecimal SHA-256 of the file.
  public let sha256: String
  private let top: PreparedDense

  /// What the top's tensors are called.
  static let kernelName = "classifier/kernel"
  static let biasName = "classifier/bias"

  /// - Throws: `WeightFileError` or `CaptioningError` when the file is missing, broken, not gaze's or without classes.
  public init(path: FilePath) throws {
    self.path = path
    let file = try SafetensorsFile(path: path)
    description = try ModelDescription(file)
    guard let shape = file.info(Self.kernelName)?.shape else {
      throw CaptioningError.foreignWeights(
        path: path, reason: "it names no classes; expected a classifier, as gaze import makes of EfficientNet-Lite")
    }
    let channels = description.encoder.channels
    guard shape.count == 2, shape[0] == channels, (1...1 << 20).contains(shape[1]) else {
      throw WeightFileError.mismatch(
        path: path, tensor: Self.kernelName, expected: "shape [\(channels), classes]", found: "\(shape)")
    }
    classes = shape[1]
    var weights = FileWeights(file: file)
    encoder = try ImageEncoder(description.encoder, weights: &weights)
    top = PreparedDense(
      kernel: try weights.kernel(Self.kernelName, shape, gain: 1),
      bias: try weights.constant(Self.biasName, [classes], 0))
    sha256 = file.sha256()
  }

  /// What it makes of B photos.
  /// - Parameter pixels: `[B, height, width, 3]`, of the encoder's size and scaling.
  /// - Returns: the feature map `[B, rows, columns, C]` and logits `[B, V]`.
  package func callAsFunction(_ pixels: Tensor) throws -> (regions: Tensor, logits: Tensor) {
    let map = try encoder.network.encode(pixels) { false }
    return (map.regions, logits(map))
  }

  /// The same of views in [−1, 1], as compact encoders see them.
  package func callAsFunction(symmetric views: Tensor) throws -> (regions: Tensor, logits: Tensor) {
    let (scale, shift) = (encoder.description.scaling.scale, encoder.description.scaling.shift)
    let pixels = Tensor(uninitialized: views.shape)
    for index in 0..<views.count {
      let level = (views.pointer[index] + 1) * 127.5
      pixels.pointer[index] = level * scale[index % 3] + shift[index % 3]
    }
    return try self(pixels)
  }

  /// `[B, V]`.
  func logits(_ map: FeatureMap) -> Tensor { top(meanOfRegions(map.sequence)) }
}
