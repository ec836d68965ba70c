import Captioning
import Raster
import Tensors

/// The views of one step and what the teacher says of them.
struct ViewBatch: Sendable {
  /// `[B, H, W, 3]`, scaled.
  let pixels: Tensor
  let targets: TeacherTargets
  /// Why photos could not be read; their views are left out of the batch.
  let failures: [String]
}

/// Chooses and makes the views of a step.
struct ViewMaker: Sendable {
  /// A photo of the teacher's that was found.
  struct Photo: Sendable, Equatable {
    /// In the teacher's list.
    let index: Int
    let path: String
  }

  let teacher: TeacherFile
  let photos: [Photo]
  let options: DistillationOptions

  /// Steps until every photo was seen once; a last, smaller batch is left out.
  var stepsPerEpoch: Int { max(1, photos.count / options.batch) }

  /// What step `step`, counted from the start of the run, looks at: all photos in a new order in each epoch, each at
  /// the view after the one before.
  func visits(step: Int) -> [(path: String, visit: TeacherFile.Visit)] {
    let epoch = step / stepsPerEpoch
    var order = Array(photos.indices)
    var shuffling = CounterRandom(seed: options.seed, stream: "order of epoch \(epoch)")
    order.shuffle(using: &shuffling)
    let first = step % stepsPerEpoch * options.batch
    return order[first..<min(first + options.batch, order.count)].map { index in
      let photo = photos[index]
      var random = CounterRandom(seed: options.seed, stream: "views of \(photo.index)")
      let view = (Int.random(in: 0..<teacher.views, using: &random) + epoch) % teacher.views
      return (photo.path, TeacherFile.Visit(photo: photo.index, view: view))
    }
  }

  func batch(step: Int) -> Result<ViewBatch, any Error> {
    Result {
      try make(visits(step: step)) { index, view in
        guard options.colorJitter > 0 else { return }
        var random = CounterRandom(seed: options.seed, stream: "colours \(index) of step \(step)")
        view.jitterColors(options.colorJitter, random: &random)
      }
    }
  }

  /// - Parameter alter: changes the colours of the view at a place of the batch.
  func make(
    _ visits: [(path: String, visit: TeacherFile.Visit)], alter: (Int, inout Augmentation) -> Void = { _, _ in }
  ) throws -> ViewBatch {
    let side = options.inputSize
    let pixels = Tensor([visits.count, side, side, 3])
    var seen: [TeacherFile.Visit] = []
    var failures: [String] = []
    for (index, (path, visit)) in visits.enumerated() {
      do {
        let image = try ImageDecoder.decode(path: path)
        var augmentation = Augmentation.none
        (augmentation.view.box, augmentation.view.mirrored) = teacher.box(visit)
        alter(index, &augmentation)
        augmentation.write(image, side: side, into: pixels.pointer + seen.count * side * side * 3)
        seen.append(visit)
      } catch {
        failures.append("\(error)")
      }
    }
    let cells = side / options.shape.reduction
    let targets = try teacher.targets(seen, rows: cells, columns: cells)
    return ViewBatch(pixels: pixels.first(seen.count), targets: targets, failures: failures)
  }
}

extension Tensor {
  /// The first `count` along the first dimension.
  fileprivate func first(_ count: Int) -> Tensor {
    if count == shape[0] { return self }
    let result = Tensor(uninitialized: [count] + shape.dropFirst())
    result.pointer.update(from: pointer, count: result.count)
    return result
  }
}
