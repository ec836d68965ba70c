import Tensors

/// Sentences of a batch, one after the other without padding; the sentences about one photo lie together.
package struct SentenceBatch: Sendable {
  /// Where the R positions of the S sentences lie. Each is a word that goes in, and whose next word counts in the loss.
  let positions: SequenceRows
  /// Words going in, `[R]`.
  let inputs: [Int32]
  /// The next words, `[R]`.
  package let targets: [Int32]
  /// What each position weighs in the loss, which is then their weighted sum; nil means the mean over them.
  let weights: [Float]?
  /// Where these are the sentences of some of a batch's photos.
  private(set) var share: BatchShare?
  /// The photos, by their places in the whole batch, whose mirror images are its last ones, in the same order.
  package private(set) var mirrored: [Int] = []

  package init(positions: SequenceRows, inputs: [Int32], targets: [Int32], weights: [Float]?) {
    self.positions = positions
    self.inputs = inputs
    self.targets = targets
    self.weights = weights
  }

  /// - Parameters:
  ///   - sentences: token lists from `<start>` to `<end>`; fewer than two tokens count as none.
  ///   - padded: predict padding after the end, up to so many positions, as the notebook's loss does.
  ///   - weights: of the words of each sentence; nil means the mean over all words.
  package init(_ sentences: [[Int]], paddedTo padded: Int? = nil, weights: [Float]? = nil) {
    var inputs: [Int32] = []
    var targets: [Int32] = []
    var rowWeights: [Float] = []
    var lengths: [Int] = []
    for (index, sentence) in sentences.enumerated() {
      let words = max(0, sentence.count - 1)
      precondition(padded.map { $0 >= words } ?? true, "a sentence of \(words) positions does not fit into \(padded!)")
      lengths.append(words == 0 ? 0 : padded ?? words)
      for position in 0..<lengths[index] {
        inputs.append(Int32(position < sentence.count ? sentence[position] : Vocabulary.padding))
        targets.append(Int32(position < words ? sentence[position + 1] : Vocabulary.padding))
        if let weights { rowWeights.append(weights[index]) }
      }
    }
    positions = SequenceRows(lengths: lengths)
    self.inputs = inputs
    self.targets = targets
    self.weights = weights.map { _ in rowWeights }
  }

  /// The same words, each weighing `weight` in the loss.
  package func weighted(_ weight: Float) -> SentenceBatch {
    var batch = SentenceBatch(
      positions: positions, inputs: inputs, targets: targets, weights: [Float](repeating: weight, count: targets.count))
    (batch.share, batch.mirrored) = (share, mirrored)
    return batch
  }

  /// The same sentences, where the last photos of the whole batch are mirror images of others, with the same captions.
  /// - Parameter photos: those, by their places in the whole batch.
  package func mirroring(_ photos: [Int]) -> SentenceBatch {
    var batch = self
    batch.mirrored = photos
    return batch
  }

  /// R, of the whole batch where these sentences are a part of one.
  package var rowsOfWholeBatch: Int { share?.rows ?? targets.count }

  /// These sentences as a part of a batch.
  /// - Parameters:
  ///   - places: of their photos in the batch.
  ///   - lengths: the rows of each sentence of the whole batch, of which each photo has as many.
  ///   - count: the photos of the whole batch.
  package func sharing(_ places: [Int], lengths: [Int], of count: Int) -> SentenceBatch {
    let (all, per) = (SequenceRows(lengths: lengths), lengths.count / count)
    var part = self
    part.share = BatchShare(
      lengths: lengths, of: count, places: places, firstRows: places.map { all.offsets[$0 * per] })
    return part
  }

  /// The sentences of some photos, which are learnt as a part of all.
  /// - Parameters:
  ///   - places: of the photos, in their order.
  ///   - count: how many photos these sentences are of.
  package func part(_ places: [Int], of count: Int) -> SentenceBatch {
    let (rows, all, per) = (photos(count), positions.lengths, positions.sequenceCount / count)
    let lengths = places.flatMap { all[$0 * per..<($0 + 1) * per] }
    func own<Number>(_ numbers: [Number]) -> [Number] { places.flatMap { numbers[rows[$0]] } }
    var part = SentenceBatch(
      positions: SequenceRows(lengths: lengths), inputs: own(inputs), targets: own(targets), weights: weights.map(own))
    part.share = BatchShare(lengths: all, of: count, places: places, firstRows: places.map { rows[$0].lowerBound })
    return part.mirroring(mirrored)
  }

  /// The rows of each of `count` photos.
  func photos(_ count: Int) -> [Range<Int>] {
    let per = positions.sequenceCount / count
    return (0..<count).map { positions.offsets[$0 * per]..<positions.offsets[($0 + 1) * per] }
  }

  /// The rows of each sentence of the whole batch, and which of the photos here each of its photos is.
  /// - Parameter count: of the photos here.
  func wholeBatch(_ count: Int) -> (lengths: [Int], here: [Int?]) {
    guard let share else { return (positions.lengths, Array(0..<count)) }
    var here = [Int?](repeating: nil, count: share.count)
    for (index, place) in share.places.enumerated() { here[place] = index }
    return (share.lengths, here)
  }

  /// The photos of the whole batch that have a mirror image in it, and the images.
  /// - Parameter count: of all photos of the whole batch, the images among them.
  func mirrorPairs(of count: Int) -> [(photo: Int, image: Int)] {
    mirrored.enumerated().map { ($1, count - mirrored.count + $0) }
  }
}

/// Where the photos of a part of a batch, and their rows, lie in the whole.
struct BatchShare: Sendable {
  /// The rows of each sentence of the whole batch.
  let lengths: [Int]
  /// Photos of the whole batch.
  let count: Int
  /// Of each photo here.
  let places: [Int]
  /// The first row of each photo.
  let firstRows: [Int]

  init(lengths: [Int], of count: Int, places: [Int], firstRows: [Int]) {
    (self.lengths, self.count, self.places, self.firstRows) = (lengths, count, places, firstRows)
  }

  /// R of the whole batch.
  var rows: Int { lengths.reduce(0, +) }
}
