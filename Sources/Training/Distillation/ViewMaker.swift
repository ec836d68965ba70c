import Captioning
import Raster
import SystemPackage
import Tensors

/// Views whose boxes are in a file, with what a teacher saw in them.
struct ViewMaker: ViewMaking {
  let teacher: TeacherFile
  let photos: [TeacherPhoto]
  let options: DistillationOptions
  var ranks: RankShare?

  /// What step `step`, counted from the start of the run, looks at: each photo at the view after the one before.
  func samples(step: Int) -> [(path: FilePath, sample: TeacherSample)] {
    photos(step: step).map { photo in
      var random = CounterRandom(seed: options.seed, stream: "views of \(photo.index)")
      let view = (Int.random(in: 0..<teacher.views, using: &random) + step / stepsPerEpoch) % teacher.views
      return (photo.path, TeacherSample(photo: photo.index, view: view))
    }
  }

  func wholeViews(_ photos: some Sequence<TeacherPhoto>) throws -> ViewBatch {
    // The first view of each is the whole.
    try make(photos.map { ($0.path, .init(photo: $0.index, view: 0)) })
  }

  func batch(step: Int) -> Result<ViewBatch, any Error> {
    Result {
      let samples = samples(step: step)
      let places = places(of: samples.count)
      let batch = try make(places.map { samples[$0] }) { index, view in
        guard options.colorJitter > 0 else { return }
        var random = CounterRandom(seed: options.seed, stream: "colours \(places[index]) of step \(step)")
        view.jitterColors(options.colorJitter, random: &random)
      }
      try check(batch.failures)
      return batch
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
    let regions = options.shape.regions(along: side)
    let targets = try teacher.targets(made, rows: regions, columns: regions)
    return ViewBatch(pixels: pixels.first(made.count), targets: targets, failures: failures)
  }
}
