import Captioning
import Raster
import SystemPackage
import Tensors

/// The views of one step and what the teacher says of them.
struct ViewBatch: Sendable {
  /// `[B, H, W, 3]`, scaled.
  let pixels: Tensor
  let targets: TeacherTargets
  /// Why photos could not be read; their views are left out of the batch.
  let failures: [String]
}

/// A photo of the teacher's that was found.
struct TeacherPhoto: Sendable, Equatable {
  /// In the teacher's list.
  let index: Int
  let path: FilePath
}

/// Chooses and makes the views of a step.
struct ViewMaker: Sendable {
  let teacher: TeacherFile
  let photos: [TeacherPhoto]
  let options: DistillationOptions

  /// Steps until every photo was seen once; a last, smaller batch is left out.
  var stepsPerEpoch: Int { max(1, photos.count / options.batch) }

  /// What step `step`, counted from the start of the run, looks at: all photos in a new order in each epoch, each at
  /// the view after the one before.
  func samples(step: Int) -> [(path: FilePath, sample: TeacherSample)] {
    let epoch = step / stepsPerEpoch
    var order = Array(photos.indices)
    var shuffling = CounterRandom(seed: options.seed, stream: "order of epoch \(epoch)")
    order.shuffle(using: &shuffling)
    let first = step % stepsPerEpoch * options.batch
    return order[first..<min(first + options.batch, order.count)].map { index in
      let photo = photos[index]
      var random = CounterRandom(seed: options.seed, stream: "views of \(photo.index)")
      let view = (Int.random(in: 0..<teacher.views, using: &random) + epoch) % teacher.views
      return (photo.path, TeacherSample(photo: photo.index, view: view))
    }
  }

  func batch(step: Int) -> Result<ViewBatch, any Error> {
    Result {
      try make(samples(step: step)) { index, view in
        guard options.colorJitter > 0 else { return }
        var random = CounterRandom(seed: options.seed, stream: "colours \(index) of step \(step)")
        view.jitterColors(options.colorJitter, random: &random)
      }
    }
  }

  /// - Parameter alter: changes the colours of the view at a place of the batch.
  func make(
    _ samples: [(path: FilePath, sample: TeacherSample)], alter: (Int, inout Augmentation) -> Void = { _, _ in }
  ) throws -> ViewBatch {
    let side = options.inputSize
    let pixels = Tensor([samples.count, side, side, 3])
    var made: [TeacherSample] = []
    var failures: [String] = []
    for (index, (path, sample)) in samples.enumerated() {
      do {
        let image = try ImageDecoder.decode(path: path)
        var augmentation = Augmentation.none
        (augmentation.view.box, augmentation.view.mirrored) = teacher.box(sample)
        alter(index, &augmentation)
        augmentation.write(image, side: side, into: pixels.pointer + made.count * side * side * 3)
        made.append(sample)
      } catch {
        failures.append("\(error)")
      }
    }
    let regions = side / options.shape.reduction
    let targets = try teacher.targets(made, rows: regions, columns: regions)
    return ViewBatch(pixels: pixels.first(made.count), targets: targets, failures: failures)
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
