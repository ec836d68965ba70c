import Tensors

/// What draws a photo and its mirror image together in training. Both are sums over words of the whole batch divided by
/// their number, so those of its parts add up.
struct MirrorTerms {
  private let words: MirroredWords
  private let regularization: Regularization

  /// What the correlation with another photo's map weighs beside that with the mirror image's.
  private static let neighbourShare: Float = 0.25

  /// - Parameter photos: B, of the photos and images here.
  /// - Returns: nil where there are no mirror images, or they are not compared.
  init?(_ sentences: SentenceBatch, photos: Int, _ regularization: Regularization) {
    guard !sentences.mirrored.isEmpty, regularization.mirrorWeight > 0 || regularization.mirrorMapWeight > 0 else {
      return nil
    }
    words = MirroredWords(sentences, photos: photos)
    if words.count == 0 { return nil }
    self.regularization = regularization
  }

  /// What is said: the mean over the words of ½ (KL(p ‖ q) + KL(q ‖ p)), p of the photo and q of its image (R-Drop, Liang et
  /// al. 2021).
  /// - Parameter logits: `[R, V]`.
  /// - Returns: the weighted loss, and what `add` takes.
  func divergence(_ logits: Tensor) -> (loss: Double, gradients: Tensor) {
    let weight = regularization.mirrorWeight / Float(words.count)
    let pairs = weight > 0 ? words.own.map { ($0.row, $0.image) } : []
    let (sum, gradients) = MutualDivergence.forwardBackward(logits: logits, pairs: pairs, scale: weight)
    return (Double(weight) * sum, gradients)
  }

  /// Adds what `divergence` gave to the gradient of the logits, `[R, V]`.
  func add(_ gradients: Tensor, to dLogits: Tensor) {
    let classes = dLogits.shape[1]
    for (index, row) in words.own.flatMap({ [$0.row, $0.image] }).prefix(gradients.shape[0]).enumerated() {
      let (source, target) = (gradients.pointer + index * classes, dLogits.pointer + row * classes)
      for number in 0..<classes { target[number] += source[number] }
    }
  }

  /// Where attention looks meanwhile: the mean over the words of 1 − the correlation of the photo's map with the image's,
  /// flipped back, and a share of the mean correlation with the map of the word at the same place of a sentence about the next
  /// mirrored photo.
  /// - Parameters:
  ///   - maps: `[R, N]`; no rows where this part of the batch has no words.
  ///   - columns: of a map.
  ///   - sums: where this is a part of a batch; all parts come together once.
  /// - Returns: the weighted loss and the maps' gradient, `[R, N]`; nil where maps weigh nothing.
  func maps(_ maps: Tensor, columns: Int, sums: SumOverParts?) -> (loss: Double, gradient: Tensor)? {
    guard regularization.mirrorMapWeight > 0 else { return nil }
    let n = maps.shape[1]
    let gradient = Tensor(maps.shape)
    let weight = regularization.mirrorMapWeight / Float(words.count)
    let (flipped, dFlipped) = (Tensor([n]), Tensor([n]))
    var loss = 0.0
    for word in words.own {
      MapCorrelation.flip(maps.pointer + word.image * n, n, columns: columns, into: flipped.pointer)
      dFlipped.fill(0)
      let correlation = MapCorrelation.addGradients(
        maps.pointer + word.row * n, flipped.pointer, n, scale: -weight, to: gradient.pointer + word.row * n,
        dFlipped.pointer)
      MapCorrelation.flip(dFlipped.pointer, n, columns: columns, into: gradient.pointer + word.image * n)
      loss += Double(weight) * (1 - correlation)
    }
    return (loss + neighbours(maps, sums: sums, gradient), gradient)
  }

  /// - Parameter gradient: `[R, N]`; that of the maps is added.
  private func neighbours(_ maps: Tensor, sums: SumOverParts?, _ gradient: Tensor) -> Double {
    if words.neighbours.isEmpty { return 0 }
    let n = maps.shape[1]
    let weight = Self.neighbourShare * regularization.mirrorMapWeight / Float(words.neighbours.count)
    let all = ofWholeBatch(maps, sums)
    var rows = [Int?](repeating: nil, count: words.count)
    for word in words.own { rows[word.number] = word.row }
    var loss = 0.0
    for (one, other) in words.neighbours where rows[one] != nil || rows[other] != nil {
      let correlation = MapCorrelation.addGradients(
        all.pointer + one * n, all.pointer + other * n, n, scale: weight,
        to: rows[one].map { gradient.pointer + $0 * n }, rows[other].map { gradient.pointer + $0 * n })
      // A loss counts where the first of the two is.
      if rows[one] != nil { loss += Double(weight) * correlation }
    }
    return loss
  }

  /// The photos' maps of all words of the whole batch, by their numbers.
  private func ofWholeBatch(_ maps: Tensor, _ sums: SumOverParts?) -> Tensor {
    let n = maps.shape[1]
    var all = [Double](repeating: 0, count: words.count * n)
    for word in words.own {
      for region in 0..<n { all[word.number * n + region] = Double(maps.pointer[word.row * n + region]) }
    }
    return Tensor([words.count, n], (sums?(all) ?? all).map { Float($0) })
  }
}
