import WeightFiles

/// Weights, whatever they come in: their tensors, and what they say of the network.
package struct WeightsContents: Sendable {
  package let tensors: any TensorCollection
  package let description: ModelDescription

  init(tensors: any TensorCollection, description: ModelDescription) {
    (self.tensors, self.description) = (tensors, description)
  }
}
