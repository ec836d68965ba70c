import Foundation
import SystemPackage
import TestSupport

@testable import Captioning
@testable import Tensors
@testable import Training
@testable import WeightFiles

/// The network of `Fixtures/lite` as a teacher, of seven classes and 160 channels, and an encoder that may learn from it: both
/// see 64×64 pixels and 2×2 regions.
enum SmallTeacher {
  static let side = 64
  static let student = CompactShape(
    stemKernel: 5, stemStride: 4, stemChannels: 6,
    blocks: [.init(channels: 6, stride: 2), .init(channels: 8, stride: 2), .init(channels: 8, stride: 2)],
    gridChannels: 7)

  /// - Parameters:
  ///   - imported: room for the network as it is imported, which sees 256×256 pixels.
  ///   - path: where the teacher goes.
  static func write(_ imported: FilePath, to path: FilePath) throws {
    let network = try EfficientNetLiteImport(path: Fixtures.path("lite/legacy.pth"))
    try network.write(to: imported)
    let tensors = try SafetensorsFile(path: imported)
    let description = ModelDescription(encoder: EncoderDescription(lite: network.shape, inputSize: side))
    try writeSafetensors(
      tensors.names.map { NamedTensor($0, try tensors.tensor($0)) }, metadata: description.metadata, to: path)
  }

  /// Noise all through: the little network hardly tells plain colours apart, so that rounding would drown the slopes.
  static func noise(_ name: String, _ shape: [Int], deviation: Float) -> Tensor {
    let size = Float(shape.dropLast().reduce(1, *))
    return RandomWeights(seed: 2).kernel(name, shape, gain: deviation * deviation * size)
  }

  /// What such a teacher might say of views.
  static func targets(views: Int) -> TeacherTargets {
    TeacherTargets(
      grid: noise("grid", [views, 4, 160], deviation: 1), logits: noise("logits", [views, 7], deviation: 2))
  }

  /// The recipe's losses, number by number in double precision.
  static func losses(_ output: DistillationHeads.Output, _ targets: TeacherTargets) -> DistillationLosses {
    func logSoftmax(_ logits: ArraySlice<Float>) -> [Double] {
      let sum = logits.reduce(0.0) { $0 + exp(Double($1)) }
      return logits.map { Double($0) - log(sum) }
    }
    func relative(_ y: [Double], _ target: [Double]) -> Double {
      zip(y, target).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / target.reduce(0) { $0 + $1 * $1 }
    }
    let (batch, classes) = (output.logits.shape[0], output.logits.shape[1])
    let (mine, theirs) = (output.logits.values, targets.logits.values)
    let divergence = (0..<batch).reduce(0.0) { sum, row in
      let range = row * classes..<(row + 1) * classes
      return sum
        + zip(logSoftmax(theirs[range]), logSoftmax(mine[range])).reduce(0) { $0 + exp($1.0) * ($1.0 - $1.1) }
    }
    func pooled(_ grid: Tensor) -> [Double] {
      let (regions, width) = (grid.shape[1], grid.shape[2])
      return (0..<batch * width).map { index in
        (0..<regions).reduce(0.0) {
          $0 + Double(grid.pointer[(index / width * regions + $1) * width + index % width])
        } / Double(regions)
      }
    }
    return DistillationLosses(
      divergence: divergence / Double(batch),
      grid: relative(output.features.values.map(Double.init), targets.grid.values.map(Double.init)),
      pooled: relative(pooled(output.features), pooled(targets.grid)))
  }
}
