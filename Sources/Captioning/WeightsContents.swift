import SystemPackage
import WeightFiles

/// Weights, whatever they come in: their tensors, and what they say of the network.
package struct WeightsContents: Sendable {
  package let tensors: any TensorCollection
  package let description: ModelDescription

  init(tensors: any TensorCollection, description: ModelDescription) {
    (self.tensors, self.description) = (tensors, description)
  }

  /// - Throws: `WeightFileError` or `CaptioningError` when it is missing, broken or of no kind known here.
  package init(path: FilePath) throws { self = try Networks.contents(at: path) }
}
