import SystemPackage
import Tensors
import WeightFiles

/// An encoder with the linear layer that names what a photo shows, from the mean of the feature map: what a weights file
/// of `gaze import` holds of a classifier. For inference.
package final class ImageClassifier: Sendable {
  package let encoder: ImageEncoder
  /// V.
  package let classes: Int
  package let sha256: String
  package let path: FilePath
  private let top: PreparedDense

  /// What the top's tensors are called.
  static let kernelName = "classifier/kernel"
  static let biasName = "classifier/bias"

  /// - Throws: `WeightFileError` or `CaptioningError` when the file is missing, broken, not gaze's or without classes.
  package init(path: FilePath) throws {
    self.path = path
    let file = try SafetensorsFile(path: path)
    let description = try ModelDescription(file).encoder
    guard let shape = file.info(Self.kernelName)?.shape else {
      throw CaptioningError.foreignWeights(
        path: path, reason: "it names no classes; expected a classifier, as gaze import makes of EfficientNet-Lite")
    }
    let channels = description.channels
    guard shape.count == 2, shape[0] == channels, (1...1 << 20).contains(shape[1]) else {
      throw WeightFileError.mismatch(
        path: path, tensor: Self.kernelName, expected: "shape [\(channels), classes]", found: "\(shape)")
    }
    classes = shape[1]
    var weights = FileWeights(file: file)
    encoder = try ImageEncoder(description, weights: &weights)
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

  /// `[B, V]`.
  func logits(_ map: FeatureMap) -> Tensor { top(meanOfRegions(map.sequence)) }
}
