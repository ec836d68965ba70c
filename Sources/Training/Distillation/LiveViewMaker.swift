import Captioning
import Raster
import Tensors

/// Function matching (Beyer et al. 2022, https://arxiv.org/abs/2106.05237): every step shows teacher and student the same new
/// views, half of them two photos mixed.
struct LiveViewMaker: ViewMaking {
  let teacher: ImageClassifier
  let photos: [TeacherPhoto]
  let options: DistillationOptions
  /// What is subtracted from the teacher's features, `[K]`.
  let center: Tensor
  /// Share of the views that have another mixed in.
  var mixedShare: Float = 0.5
  var ranks: RankShare?

  /// The least share of a photo's area that a view shows.
  private static let cropArea: Float = 0.2
  /// Views the teacher looks at at once: its widest layers then stay within tens of megabytes.
  private static let viewsAtOnce = 8
  /// Photos whose mean is taken for that of all.
  private static let photosForMean = 1024

  func batch(step: Int) -> Result<ViewBatch, any Error> {
    Result {
      let (pixels, failures) = views(step: step)
      try check(failures)
      return ViewBatch(pixels: pixels, targets: try targets(pixels), failures: failures)
    }
  }

  /// What is seen in step `step`: `[B, H, W, 3]`, in [−1, 1], and why photos could not be read.
  func views(step: Int) -> (pixels: Tensor, failures: [String]) {
    let chosen = photos(step: step)
    guard ranks != nil else {
      let (pixels, failures) = read(chosen, step: step)
      return (mix(pixels, step: step), failures)
    }
    // Those that are mixed into the views made here are made too.
    let (own, drawn) = (places(of: chosen.count), mixing(step: step, count: chosen.count))
    let needed = Set(own + own.compactMap { drawn[$0]?.partner }).sorted()
    let (pixels, failures) = read(needed.map { chosen[$0] }, step: step)
    guard failures.isEmpty else { return (pixels.first(0), failures) }
    let rows = Dictionary(uniqueKeysWithValues: needed.enumerated().map { ($1, $0) })
    return (mix(pixels, own.map { place in (rows[place]!, drawn[place].map { (rows[$0.partner]!, $0.share) }) }), [])
  }

  /// A view of each photo in step `step`, before they are mixed.
  private func read(_ photos: [TeacherPhoto], step: Int) -> (pixels: Tensor, failures: [String]) {
    read(photos) { photo, image, target in
      var random = CounterRandom(seed: options.seed, stream: "view of \(photo.index) in step \(step)")
      let view = PhotoView(cropArea: Self.cropArea, flips: true, random: &random)
      Augmentation(view: view).write(image, side: options.inputSize, into: target)
      if options.colorJitter > 0 {
        ColorChange(options.colorJitter, random: &random)
          .apply(to: target, pixels: options.inputSize * options.inputSize)
      }
    }
  }

  func wholeViews(_ photos: some Sequence<TeacherPhoto>) throws -> ViewBatch {
    let (pixels, failures) = readWhole(photos)
    return ViewBatch(pixels: pixels, targets: try targets(pixels), failures: failures)
  }

  private func readWhole(_ photos: some Sequence<TeacherPhoto>) -> (pixels: Tensor, failures: [String]) {
    read(photos) { _, image, target in Augmentation.none.write(image, side: options.inputSize, into: target) }
  }

  /// The photos that can be read as `[B, H, W, 3]`, in [−1, 1].
  private func read(
    _ photos: some Sequence<TeacherPhoto>,
    write: (TeacherPhoto, PixelImage, UnsafeMutablePointer<Float>) -> Void
  ) -> (pixels: Tensor, failures: [String]) {
    let (photos, side) = (Array(photos), options.inputSize)
    let pixels = Tensor(uninitialized: [photos.count, side, side, 3])
    var (count, failures) = (0, [String]())
    for photo in photos {
      do {
        write(photo, try ImageDecoder.decode(path: photo.path), pixels.pointer + count * side * side * 3)
        count += 1
      } catch {
        failures.append("\(error)")
      }
    }
    return (pixels.first(count), failures)
  }

  /// λ · view + (1 − λ) · another of the step, λ uniform, for some of them.
  func mix(_ views: Tensor, step: Int) -> Tensor {
    mix(views, mixing(step: step, count: views.shape[0]).enumerated().map { ($0, $1) })
  }

  /// Which of a step's views is mixed into each, and what share the view keeps; nil where it stays as it is.
  private func mixing(step: Int, count: Int) -> [(partner: Int, share: Float)?] {
    var random = CounterRandom(seed: options.seed, stream: "mixing of step \(step)")
    var partners = Array(0..<count)
    partners.shuffle(using: &random)
    return partners.map { partner in
      let isMixed = random.uniform() < mixedShare
      let share = random.uniform()
      return isMixed ? (partner, share) : nil
    }
  }

  /// Some of the views, by their rows, each with another mixed in or not.
  private func mix(_ views: Tensor, _ mixing: [(row: Int, other: (partner: Int, share: Float)?)]) -> Tensor {
    let size = views.count / max(1, views.shape[0])
    let result = Tensor(uninitialized: [mixing.count] + views.shape.dropFirst())
    for (index, (row, other)) in mixing.enumerated() {
      let target = result.pointer + index * size
      target.update(from: views.pointer + row * size, count: size)
      guard let (partner, share) = other else { continue }
      let mixedIn = views.pointer + partner * size
      for number in 0..<size { target[number] = share * target[number] + (1 - share) * mixedIn[number] }
    }
    return result
  }

  /// What the teacher says of views in [−1, 1], `[B, H, W, 3]`.
  func targets(_ views: Tensor) throws -> TeacherTargets {
    let (count, description) = (views.shape[0], teacher.description.encoder)
    let regions = options.shape.regions(along: options.inputSize)
    let resampling = RegionResampling(from: (description.rows, description.columns), to: (regions, regions))
    let components = center.count
    let grid = Tensor(uninitialized: [count, regions * regions, components])
    let logits = Tensor(uninitialized: [count, teacher.classes])
    try look(at: views) { first, map, said in
      for (index, row) in (first..<first + map.shape[0]).enumerated() {
        resampling.apply(
          map.pointer + index * map.count / map.shape[0], channels: components,
          into: grid.pointer + row * regions * regions * components)
      }
      (logits.pointer + first * teacher.classes).update(from: said.pointer, count: said.count)
    }
    for row in 0..<count * regions * regions {
      let target = grid.pointer + row * components
      for component in 0..<components { target[component] -= center.pointer[component] }
    }
    return TeacherTargets(grid: grid, logits: logits)
  }

  /// Shows the teacher views in [−1, 1], some at a time.
  private func look(
    at views: Tensor, _ body: (_ first: Int, _ regions: Tensor, _ logits: Tensor) -> Void
  ) throws {
    let count = views.shape[0]
    for first in stride(from: 0, to: count, by: Self.viewsAtOnce) {
      let (regions, logits) = try teacher(symmetric: views.part(first, min(Self.viewsAtOnce, count - first)))
      body(first, regions, logits)
    }
  }

  /// The mean over the first photos, whole, and their regions of the teacher's features, `[K]`.
  /// - Parameters:
  ///   - ranks: processes that share the work.
  ///   - shouldStop: asked before every few photos.
  ///   - report: told after every few photos.
  /// - Returns: nil when `shouldStop` turned true, on any rank, before all were seen.
  /// - Throws: when none can be read.
  func meanOfRegions(
    ranks: any RankGroup, shouldStop: () -> Bool, report: (TrainingEvent) -> Void
  ) throws -> Tensor? {
    var (sum, count) = ([Double](repeating: 0, count: center.count), 0)
    let some = photos.prefix(Self.photosForMean)
    for (turn, first) in stride(from: 0, to: some.count, by: Self.viewsAtOnce).enumerated() {
      if ranks.any(shouldStop()) { return nil }
      let end = min(first + Self.viewsAtOnce, some.count)
      if turn % ranks.count == ranks.rank {
        let (pixels, _) = readWhole(some[first..<end])
        try look(at: pixels) { _, regions, _ in
          for index in 0..<regions.count { sum[index % center.count] += Double(regions.pointer[index]) }
          count += regions.count / center.count
        }
      }
      report(.teacherMean(photos: end, total: some.count))
    }
    let all = ranks.sums(sum + [Double(count)])
    guard all[center.count] > 0 else {
      throw CaptioningError.training("none of the \(photos.count) photos can be read")
    }
    return Tensor([center.count], all.dropLast().map { Float($0 / all[center.count]) })
  }
}
