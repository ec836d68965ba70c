import Captioning
import SystemPackage
import Tensors

/// Makes the views of a step and what the teacher says of them.
protocol ViewMaking: Sendable {
  var photos: [TeacherPhoto] { get }
  var options: DistillationOptions { get }
  /// Where other processes make some of a step's views.
  var ranks: RankShare? { get set }
  /// The views of step `step`, counted from the start of the run.
  func batch(step: Int) -> Result<ViewBatch, any Error>
  /// Photos whole, as they are.
  func wholeViews(_ photos: some Sequence<TeacherPhoto>) throws -> ViewBatch
}

/// The views of one step and what the teacher says of them.
struct ViewBatch: Sendable {
  /// `[B, H, W, 3]`, in [−1, 1].
  let pixels: Tensor
  let targets: TeacherTargets
  /// Why photos could not be read; their views are left out of the batch.
  let failures: [String]
}

/// A photo that was found.
public struct TeacherPhoto: Sendable, Equatable {
  /// In the teacher's list.
  let index: Int
  public let path: FilePath
}

extension ViewMaking {
  /// The places of a step's views that are made here.
  func places(of count: Int) -> [Int] { (0..<count).filter { ranks?.has(place: $0) ?? true } }

  /// - Throws: where several processes share a step and one cannot read a photo: the others would go on as if it were there.
  func check(_ failures: [String]) throws {
    if ranks != nil, let failure = failures.first {
      throw CaptioningError.training("\(failure); a run of several ranks leaves no view out, take the photo away")
    }
  }

  /// Steps until every photo was seen once; a last, smaller batch is left out.
  var stepsPerEpoch: Int { max(1, photos.count / options.batch) }

  /// What step `step` looks at: all photos in a new order in each epoch.
  func photos(step: Int) -> [TeacherPhoto] {
    var order = Array(photos.indices)
    var shuffling = CounterRandom(seed: options.seed, stream: "order of epoch \(step / stepsPerEpoch)")
    order.shuffle(using: &shuffling)
    let first = step % stepsPerEpoch * options.batch
    return order[first..<min(first + options.batch, order.count)].map { photos[$0] }
  }
}

extension Tensor {
  /// The first `count` along the first dimension.
  func first(_ count: Int) -> Tensor { part(0, count) }

  /// `count` along the first dimension from `start` on, copied where they are not all.
  func part(_ start: Int, _ count: Int) -> Tensor {
    if count == shape[0] { return self }
    let result = Tensor(uninitialized: [count] + shape.dropFirst())
    result.pointer.update(from: pointer + start * self.count / shape[0], count: result.count)
    return result
  }
}
