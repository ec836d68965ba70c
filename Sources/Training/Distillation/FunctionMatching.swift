import Captioning
import Tensors
import WeightFiles

/// The teacher of a run that learns captions, and the layers compared with it. Used from one thread.
final class FunctionMatching {
  let data: DistillationData
  let heads: DistillationHeads
  private let teacher: ImageClassifier
  private let options: DistillationOptions
  private let weight: Float
  /// What is subtracted from the teacher's features, `[K]`; nil until `prepare`.
  private(set) var center: Tensor?

  /// Share of the views beside the captioned photos that are two photos mixed; captioned ones never are.
  private static let mixedShare: Float = 2 / 3

  /// - Parameters:
  ///   - options: of the run; they must speak of a teacher.
  ///   - weights: of the heads.
  ///   - center: from a checkpoint.
  /// - Throws: where there is no teacher or none that sees what the encoder sees, or too few photos.
  init(
    _ data: DistillationData, _ options: TrainingOptions, center: Tensor? = nil, weights: inout some WeightSource
  ) throws {
    guard case .network(let teacher) = data.teacher, let own = options.functionMatching, let making = options.viewMaking
    else { throw CaptioningError.badOption("a teacher beside captions: expected its weights") }
    try data.check(making)
    guard data.photos.count >= own.views else {
      throw CaptioningError.training(
        "\(data.photos.count) photos for the teacher are fewer than the \(own.views) views of a step")
    }
    (self.data, self.teacher, self.options, weight, self.center) = (data, teacher, making, own.weight, center)
    heads = try DistillationHeads(
      channels: options.shape.gridChannels, components: data.components, classes: data.classes, weights: &weights)
  }

  /// The tensor of `center` in checkpoints.
  private static let centerName = "teacher/center"

  /// What a checkpoint holds of the mean of the teacher's features; nil where the run stopped before it was taken.
  static func center(in file: SafetensorsFile, components: Int) throws -> Tensor? {
    try file.info(centerName).map { _ in try file.tensor(centerName, shape: [components]) }
  }

  static func named(center: Tensor?) -> [(name: String, tensor: Tensor)] {
    center.map { [(name: centerName, tensor: $0)] } ?? []
  }

  /// Takes the mean of the teacher's features where there is none yet.
  /// - Returns: whether it is there, false when `shouldStop` turned true before.
  func prepare(ranks: any RankGroup, shouldStop: () -> Bool, report: (TrainingEvent) -> Void) throws -> Bool {
    if center == nil { center = try data.center(options, ranks: ranks, shouldStop: shouldStop, report: report) }
    return center != nil
  }

  /// Makes the views; once prepared.
  /// - Parameter ranks: where other processes make some of them.
  func viewMaker(_ ranks: RankShare?) -> LiveViewMaker {
    LiveViewMaker(
      teacher: teacher, photos: data.photos, options: options, center: center!, mixedShare: Self.mixedShare,
      ranks: ranks)
  }

  /// Forward and back: the heads' gradients accumulate.
  /// - Parameters:
  ///   - features: the encoder's feature map of a step's views, `[B, rows, columns, C]`.
  ///   - targets: what the teacher says of the same views.
  ///   - sums: where they are a part of the step's.
  /// - Returns: the losses, and the gradient of the feature map times the losses' weight, `[B, rows, columns, C]`.
  func forwardBackward(
    _ features: Tensor, _ targets: TeacherTargets, sums: SumOverParts?
  ) -> (losses: DistillationLosses, gradient: Tensor) {
    heads.forwardBackward(
      features, targets, divergenceWeight: options.divergenceWeight, gridWeight: options.gridWeight, scale: weight,
      sums: sums)
  }
}

extension LiveViewMaker {
  /// Adds this maker's views of step `step` to the captioned photos of a batch, and what the teacher says of all.
  func join(_ batch: inout TrainingBatch, step: Int) {
    guard case .pixels(let captioned) = batch.input else {
      preconditionFailure("a frozen encoder has nothing to learn from a teacher")
    }
    let (views, failures) = views(step: step)
    let all = Tensor(uninitialized: [captioned.shape[0] + views.shape[0]] + captioned.shape.dropFirst())
    all.pointer.update(from: captioned.pointer, count: captioned.count)
    (all.pointer + captioned.count).update(from: views.pointer, count: views.count)
    for (index, failure) in failures.enumerated() { batch.failures[batch.photos + index] = failure }
    // Only cancelling makes it throw, and nobody does.
    (batch.input, batch.targets) = (.pixels(all), try! targets(all))
  }
}
