import Tensors

/// The sums over all ranks of a step's gradients, each begun as soon as the way back is done with it, so that numbers travel
/// while the layers before it are worked on.
final class GradientSums {
  private let ranks: any RankGroup
  private var begun: Set<ObjectIdentifier> = []

  init(_ ranks: any RankGroup) { self.ranks = ranks }

  /// Begins the sums of parameters whose gradients are whole; all ranks in the same order.
  func begin(_ parameters: [Parameter]) {
    if ranks.count == 1 { return }
    for parameter in parameters where begun.insert(ObjectIdentifier(parameter)).inserted {
      for tensor in [parameter.gradient, parameter.gradientSquares].compactMap(\.self) {
        ranks.beginSum(UnsafeMutableBufferPointer(start: tensor.pointer, count: tensor.count))
      }
    }
  }

  /// Begins what was not begun yet of all parameters, and waits for all.
  func finish(_ parameters: [Parameter]) {
    begin(parameters)
    ranks.finishSums()
    begun = []
  }
}
