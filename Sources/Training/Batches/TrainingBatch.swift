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
  /// Places of the photos in their set, nil where one could not be read; the mirror images of some come last.
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

  /// How many of the photos are mirror images.
  var images: Int {
    let all = sentences.mirrored.count
    guard let part else { return all }
    return part.places.count { $0 >= part.count - all }
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
  var stepsPerEpoch: Int { max(1, photos.count / options.photosPerStep) }

  /// The batch of step `step`, counted from the start of the run.
  func batch(step: Int) -> TrainingBatch {
    let places = places(step: step)
    let mirrored = mirrored(step: step, of: places.count)
    func random(_ index: Int) -> CounterRandom {
      CounterRandom(seed: options.seed, stream: "photo \(index) of step \(step)")
    }
    var batch =
      ranks.map { part(of: places, mirrored, $0, random) } ?? make(places, mirrored: mirrored, random: random)
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
    let count = options.photosPerStep
    guard options.stratifiedOrder else {
      var order = Array(photos.indices)
      order.shuffle(using: &shuffling)
      let first = turn * count
      return Array(order[first..<min(first + count, order.count)])
    }
    var parts = [[Int]](repeating: [], count: count)
    for (place, photo) in photos.enumerated() { parts[photo.number % count].append(place) }
    return parts.compactMap { part in
      var part = part
      part.shuffle(using: &shuffling)
      // Where more photos of one part than of others are missing, some of the rest come twice.
      return part.isEmpty ? nil : part[turn % part.count]
    }
  }

  /// Which of a step's photos come with their mirror images, by their places: others from step to step, so that all are
  /// learnt from equally often.
  /// - Parameter count: of the photos.
  func mirrored(step: Int, of count: Int) -> [Int] {
    let images = min(options.mirrorImages, count)
    return (0..<images).map { (step % count * images + $0) % count }
  }

  /// This process's part of the batch of the photos at given places: the photos that are its own and their mirror images,
  /// with what is to be known of the others.
  private func part(
    of places: [Int], _ mirrored: [Int], _ ranks: RankShare, _ random: @escaping (Int) -> CounterRandom
  ) -> TrainingBatch {
    let own = places.indices.filter { ranks.owns(photos[places[$0]].number) }
    let images = mirrored.indices.filter { own.contains(mirrored[$0]) }
    var batch = make(
      own.map { places[$0] }, mirrored: images.map { own.firstIndex(of: mirrored[$0])! }, random: { random(own[$0]) })
    batch.sentences = batch.sentences.mirroring(mirrored)
    batch.part = BatchPart(
      places: own + images.map { places.count + $0 },
      sentences: (places + mirrored.map { places[$0] }).map { sentences(of: photos[$0]) })
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
  /// - Parameters:
  ///   - mirrored: which of them come with a mirror image, by their places among `indices`.
  ///   - random: decides how the photo at a place of the batch is shown, or which of its cached views; nil shows photos as
  ///     they are.
  func make(_ indices: [Int], mirrored: [Int] = [], random: ((Int) -> CounterRandom)? = nil) -> TrainingBatch {
    // Whose photo each is.
    let shown = Array(indices.indices) + mirrored
    let side = options.inputSize
    let input = Tensor([shown.count] + (cache?.shape ?? [side, side, 3]))
    let size = input.count / max(1, shown.count)
    var failures: [Int: String] = [:]
    for (index, place) in indices.enumerated() {
      let image = mirrored.firstIndex(of: index).map { input.pointer + (indices.count + $0) * size }
      do {
        try write(photos[place], random: random?(index), into: input.pointer + index * size, mirrored: image)
      } catch {
        failures[index] = "\(error)"
      }
    }
    let read = shown.map { failures[$0] == nil ? indices[$0] : nil }
    let sentences = read.flatMap { place in self.sentences(of: place.map { photos[$0] }) }
    return TrainingBatch(
      input: cache == nil ? .pixels(input) : .features(input), indices: read,
      sentences: options.batch(sentences).mirroring(mirrored), failures: failures)
  }

  /// - Parameter image: where the mirror image of what is shown goes, where it is wanted.
  private func write(
    _ photo: TrainingPhoto, random: CounterRandom?, into target: UnsafeMutablePointer<Float>,
    mirrored image: UnsafeMutablePointer<Float>?
  ) throws {
    var random = random
    guard let cache else {
      var augmentation = random.map { _ in Augmentation(options, random: &random!) } ?? .none
      let picture = try ImageDecoder.decode(path: photo.path)
      augmentation.write(picture, side: options.inputSize, into: target)
      if let image {
        augmentation.view.mirrored.toggle()
        augmentation.write(picture, side: options.inputSize, into: image)
      }
      return
    }
    // The first two are mirror images of each other; crops have none.
    let views = image == nil ? options.views : 2
    let view = random.map { _ in Int.random(in: 0..<views, using: &random!) } ?? 0
    guard cache.copy(photo.path, view: view, into: target),
      image.map({ cache.copy(photo.path, view: 1 - view, into: $0) }) ?? true
    else { throw CaptioningError.training("\(photo.path): has no feature map") }
  }
}
