import Captioning
import Tensors

/// What the teacher says of the views of a batch.
struct TeacherTargets: Sendable {
  /// `[B, N, K]`: its features over the student's N regions.
  let grid: Tensor
  /// `[B, V]`: its logits over V classes.
  let logits: Tensor
}

/// How far the student is from the teacher.
public struct DistillationLosses: Sendable, Equatable {
  /// Mean KL(teacher ‖ student) over the views, natural logarithm.
  public var divergence = 0.0
  /// Squared error of the grid, and of its mean over the regions, relative to the teacher's own squares.
  public var grid = 0.0
  public var pooled = 0.0

  /// Finite where all are.
  var sum: Double { divergence + grid + pooled }
}

/// Layers over the student's feature map that are compared with a teacher's, and thrown away after training: a linear layer to
/// the teacher's features, and one from the mean over the regions to the teacher's classes.
final class DistillationHeads: Sendable {
  let features: Linear
  let classes: Linear

  /// - Parameters:
  ///   - channels: C of the student's feature map.
  ///   - components: K of the teacher's.
  init(channels: Int, components: Int, classes: Int, weights: inout some WeightSource) throws {
    features = try .init("heads/features", channels, components, gain: 1, weights: &weights)
    self.classes = try .init("heads/classes", channels, classes, gain: 1, weights: &weights)
  }

  var parameters: [Parameter] { [features.kernel, features.bias, classes.kernel, classes.bias] }

  struct Output {
    /// The student's features, `[B, N, C]`, and its mean over the regions, `[B, C]`.
    let regions: Tensor
    let pooled: Tensor
    /// `[B, N, K]` and `[B, V]`.
    let features: Tensor
    let logits: Tensor
  }

  /// - Parameter student: its feature map, `[B, rows, columns, C]`.
  func forward(_ student: Tensor) -> Output {
    let (batch, count) = (student.shape[0], student.shape[1] * student.shape[2])
    let regions = student.reshaped([batch, count, student.shape[3]])
    let pooled = meanOfRegions(regions)
    let projected = features.forward(regions).reshaped([batch, count, features.bias.value.count])
    return Output(regions: regions, pooled: pooled, features: projected, logits: classes.forward(pooled))
  }

  struct Gradients {
    let features: Tensor
    let logits: Tensor
  }

  /// Share of the error of the pooled features in the loss, beside that of the grid.
  static let pooledWeight: Float = 0.5

  /// The losses, and the gradients of `scale` · (`gridWeight` · grid + 0.5 · pooled + `divergenceWeight` · divergence).
  /// Overwrites the logits.
  /// - Parameter sums: where these are views of a part of a batch; the losses then are what it brings to the whole's.
  func compare(
    _ output: Output, _ targets: TeacherTargets, divergenceWeight: Float, gridWeight: Float = 1, scale: Float = 1,
    sums: SumOverParts? = nil
  ) -> (losses: DistillationLosses, gradients: Gradients) {
    let targetMean = meanOfRegions(targets.grid)
    let ofPart = [
      Double(output.features.shape[0]), RelativeSquaredError.size(targets.grid), RelativeSquaredError.size(targetMean),
    ]
    let whole = sums?(ofPart) ?? ofPart
    let dFeatures = Tensor(output.features.shape)
    var losses = DistillationLosses()
    losses.grid = RelativeSquaredError.forwardBackward(
      output.features, target: targets.grid, size: whole[1], scale: gridWeight * scale, gradient: dFeatures)
    let mean = meanOfRegions(output.features)
    let dMean = Tensor(mean.shape)
    losses.pooled = RelativeSquaredError.forwardBackward(
      mean, target: targetMean, size: whole[2], scale: Self.pooledWeight * scale, gradient: dMean)
    addMeanOfRegionsGradient(dMean, to: dFeatures)
    losses.divergence =
      SoftmaxDivergence.forwardBackward(
        student: output.logits, teacher: targets.logits, scale: divergenceWeight * scale / Float(whole[0]))
      / whole[0]
    return (losses, Gradients(features: dFeatures, logits: output.logits))
  }

  /// Accumulates the heads' gradients; returns that of the regions, `[B, N, C]`.
  func backward(_ output: Output, _ gradients: Gradients) -> Tensor {
    let dPooled = classes.backward(output.pooled, dy: gradients.logits)!
    let dRegions = features.backward(output.regions, dy: gradients.features)!.reshaped(output.regions.shape)
    addMeanOfRegionsGradient(dPooled, to: dRegions)
    return dRegions
  }

  /// The losses of a feature map, `[B, rows, columns, C]`, and the gradient of the same sum as `compare`'s by it; the heads'
  /// gradients accumulate.
  func forwardBackward(
    _ features: Tensor, _ targets: TeacherTargets, divergenceWeight: Float, gridWeight: Float, scale: Float = 1,
    sums: SumOverParts? = nil
  ) -> (losses: DistillationLosses, gradient: Tensor) {
    let output = forward(features)
    let (losses, gradients) = compare(
      output, targets, divergenceWeight: divergenceWeight, gridWeight: gridWeight, scale: scale, sums: sums)
    return (losses, backward(output, gradients).reshaped(features.shape))
  }
}
