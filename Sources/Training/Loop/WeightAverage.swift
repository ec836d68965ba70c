import Tensors
import WeightFiles

/// A network's weights averaged over the steps of a run, each step's weighing a little more than those before it: what
/// single batches did to the last ones evens out.
final class WeightAverage {
  /// Of the network, and their averages.
  private let tensors: [(name: String, own: Tensor, average: Tensor)]
  /// Share of the average that a step keeps, once the run is long.
  private let decay: Float

  /// Begins with the network as it is.
  /// - Returns: nil where `decay` is 0, with which an average is the network itself.
  init?(_ network: TrainableCaptioner, decay: Float) {
    if decay == 0 { return nil }
    self.decay = decay
    tensors = (network.parameters.map { ($0.name, $0.value) } + network.statistics.map { ($0.name, $0.tensor) })
      .map { ($0.0, $0.1, $0.1.copy()) }
  }

  /// The averages as checkpoints have them.
  var named: [(name: String, tensor: Tensor)] { tensors.map { (name: "\($0.name)#average", tensor: $0.average) } }

  /// Takes the averages from a checkpoint.
  func read(_ file: SafetensorsFile) throws {
    for (name, average) in named {
      let stored = try file.tensor(name, shape: average.shape)
      average.pointer.update(from: stored.pointer, count: average.count)
    }
  }

  /// Adds the network as a step left it. The first steps forget faster, so that the beginning does not weigh for long.
  /// - Parameter step: steps taken, this one among them.
  func add(step: Int) {
    let kept = min(decay, Float(1 + step) / Float(10 + step))
    for (_, own, average) in tensors { movingAverage(of: own, into: average, rate: 1 - kept) }
  }

  /// Runs `body` with the averages in the place of the network's numbers.
  func inPlace<Result>(_ body: () throws -> Result) rethrows -> Result {
    exchange()
    defer { exchange() }
    return try body()
  }

  private func exchange() {
    for (_, own, average) in tensors {
      let kept = own.copy()
      own.pointer.update(from: average.pointer, count: own.count)
      average.pointer.update(from: kept.pointer, count: own.count)
    }
  }
}
