import Captioning
import Raster
import Tensors

/// The photos and sentences of one step.
struct TrainingBatch: Sendable {
  /// What the network is shown of the photos.
  enum Input: Sendable {
    /// `[B + M, H, W, 3]`, scaled: the photos, then M views that only a teacher speaks of, 0 where there is none.
    case pixels(Tensor)
    /// `[B, rows, columns, C]`: what a frozen encoder makes of them.
    case features(Tensor)
  }

  var input: Input
  /// Places of the photos in their set, nil where one could not be read.
  let indices: [Int?]
  var sentences: SentenceBatch
  /// Where other processes have a part of the batch; `Trainer.agree` then makes the sentences.
  var part: BatchPart?
  /// Sentences of no photo, about `emptyMaps` maps with nothing on them; nil where the run has none.
  var loneSentences: SentenceBatch?
  /// How many of those maps are this process's.
  var loneMaps = TrainingBatch.emptyMaps
  /// What a teacher says of all B + M views; nil where there is none.
  var targets: TeacherTargets?
  /// Why photos could not be read, by their places; zeros without sentences stand there. Those from B on are of views that
  /// only a teacher speaks of, and left out.
  var failures: [Int: String]

  /// Empty maps that the lone sentences of a step share evenly: one would do, several are worked on at once.
  static let emptyMaps = 8

  /// B.
  var photos: Int { indices.count }
}

/// How one photo is shown at one step: a pure function of the run's seed, the step and the place in the batch.
struct Augmentation: Sendable, Equatable {
  var view = PhotoView.whole
  /// level ← level · scale[channel] + shift.
  var scale: (Float, Float, Float) = (1, 1, 1)
  var shift: Float = 0

  package init(view: PhotoView = PhotoView.whole, scale: (Float, Float, Float) = (1, 1, 1), shift: Float = 0) {
    self.view = view
    self.scale = scale
    self.shift = shift
  }

  static func == (a: Augmentation, b: Augmentation) -> Bool {
    a.view == b.view && a.scale == b.scale && a.shift == b.shift
  }

  static let none = Augmentation()

  private init() {}

  init(_ options: TrainingOptions, random: inout CounterRandom) {
    view = PhotoView(options, random: &random)
    if options.colorJitter > 0 { jitterColors(options.colorJitter, random: &random) }
  }

  /// Changes contrast and colour balance by at most the share `jitter`, and brightness.
  mutating func jitterColors(_ jitter: Float, random: inout CounterRandom) {
    let contrast = 1 + random.uniform(-jitter, jitter)
    func channel() -> Float { contrast * (1 + random.uniform(-jitter, jitter) / 2) }
    scale = (channel(), channel(), channel())
    shift = random.uniform(-jitter, jitter) * 64 + 128 * (1 - contrast)
  }

  /// The view of `image` as side × side pixels in [−1, 1].
  func write(_ image: PixelImage, side: Int, into target: UnsafeMutablePointer<Float>) {
    image.resizeBilinear(height: side, width: side, box: view.box, mirrored: view.mirrored, into: target)
    let factors = [scale.0, scale.1, scale.2]
    for pixel in 0..<side * side {
      for channel in 0..<3 {
        let level = target[pixel * 3 + channel] * factors[channel] + shift
        target[pixel * 3 + channel] = min(max(level, 0), 255) / 127.5 - 1
      }
    }
  }
}

/// Makes a batch: decodes, augments, resizes and scales the photos, or looks up their feature maps.
struct BatchMaker: Sendable {
  let photos: [TrainingPhoto]
  let options: TrainingOptions
  /// Where the encoder is frozen.
  var cache: CachedFeatures?
  var loneSentences: [[Int]] = []
  /// Where other processes work on a part of each batch.
  var ranks: RankShare?

  /// Steps until every photo was seen once; the last, smaller batch is left out.
  var stepsPerEpoch: Int { max(1, photos.count / options.batch) }

  /// The batch of step `step`, counted from the start of the run.
  func batch(step: Int) -> TrainingBatch {
    let places = places(step: step)
    func random(_ index: Int) -> CounterRandom {
      CounterRandom(seed: options.seed, stream: "photo \(index) of step \(step)")
    }
    var batch = ranks.map { part(of: places, $0, random) } ?? make(places, random: random)
    if options.sentencesPerStep > 0 {
      let drawn = drawLoneSentences(step: step)
      let maps = (0..<TrainingBatch.emptyMaps).filter { ranks?.has(place: $0) ?? true }
      batch.loneSentences = ranks == nil ? drawn : drawn.part(maps, of: TrainingBatch.emptyMaps)
      batch.loneMaps = maps.count
    }
    return batch
  }

  /// The photos of a step: all in a new order in each epoch. Those of one number modulo the batch's size always come at the
  /// same place of a batch, so that whoever has that place needs no others.
  func places(step: Int) -> [Int] {
    let (epoch, turn) = (step / stepsPerEpoch, step % stepsPerEpoch)
    var shuffling = CounterRandom(seed: options.seed, stream: "order of epoch \(epoch)")
    guard options.stratifiedOrder else {
      var order = Array(photos.indices)
      order.shuffle(using: &shuffling)
      let first = turn * options.batch
      return Array(order[first..<min(first + options.batch, order.count)])
    }
    var parts = [[Int]](repeating: [], count: options.batch)
    for (place, photo) in photos.enumerated() { parts[photo.number % options.batch].append(place) }
    return parts.compactMap { part in
      var part = part
      part.shuffle(using: &shuffling)
      // Where more photos of one part than of others are missing, some of the rest come twice.
      return part.isEmpty ? nil : part[turn % part.count]
    }
  }

  /// This process's part of the batch of the photos at given places: the photos that are its own, with what is to be known
  /// of the others.
  private func part(of places: [Int], _ ranks: RankShare, _ random: @escaping (Int) -> CounterRandom) -> TrainingBatch {
    let own = places.indices.filter { ranks.owns(photos[places[$0]].number) }
    var batch = make(own.map { places[$0] }) { random(own[$0]) }
    batch.part = BatchPart(places: own, sentences: places.map { sentences(of: photos[$0]) })
    return batch
  }

  /// As many as each photo has in a batch, some empty; all where the photo cannot be read.
  private func sentences(of photo: TrainingPhoto?) -> [[Int]] {
    let known = photo?.sentences ?? []
    return (0..<options.captionsPerPhoto).map { $0 < known.count ? known[$0] : [] }
  }

  private func drawLoneSentences(step: Int) -> SentenceBatch {
    var random = CounterRandom(seed: options.seed, stream: "sentences of step \(step)")
    var drawn = (0..<options.sentencesPerStep).map { _ in loneSentences.randomElement(using: &random) ?? [] }
    while !drawn.count.isMultiple(of: TrainingBatch.emptyMaps) { drawn.append([]) }
    return options.batch(drawn)
  }

  /// A batch of the photos at given places.
  /// - Parameter random: decides how the photo at a place of the batch is shown, or which of its cached views; nil shows
  ///   photos as they are.
  func make(_ indices: [Int], random: ((Int) -> CounterRandom)? = nil) -> TrainingBatch {
    let chosen = indices.map { photos[$0] }
    let side = options.inputSize
    let input = Tensor([chosen.count] + (cache?.shape ?? [side, side, 3]))
    let size = input.count / max(1, chosen.count)
    var sentences: [[Int]] = []
    var failures: [Int: String] = [:]
    for (index, photo) in chosen.enumerated() {
      do {
        try write(photo, random: random?(index), into: input.pointer + index * size)
        sentences += self.sentences(of: photo)
      } catch {
        failures[index] = "\(error)"
        sentences += self.sentences(of: nil)
      }
    }
    return TrainingBatch(
      input: cache == nil ? .pixels(input) : .features(input),
      indices: indices.enumerated().map { failures[$0] == nil ? $1 : nil }, sentences: options.batch(sentences),
      failures: failures)
  }

  private func write(
    _ photo: TrainingPhoto, random: CounterRandom?, into target: UnsafeMutablePointer<Float>
  ) throws {
    var random = random
    guard let cache else {
      let augmentation = random.map { _ in Augmentation(options, random: &random!) } ?? .none
      return augmentation.write(try ImageDecoder.decode(path: photo.path), side: options.inputSize, into: target)
    }
    let view = random.map { _ in Int.random(in: 0..<options.views, using: &random!) } ?? 0
    guard cache.copy(photo.path, view: view, into: target) else {
      throw CaptioningError.training("\(photo.path): has no feature map")
    }
  }
}
