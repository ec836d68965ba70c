import Tensors

extension BatchDropout {
  /// Which regions attention has of each photo: `[B, N]`, 0 for one that is left out. A photo that would lose all of them
  /// keeps all.
  /// - Parameters:
  ///   - sentences: of the B photos; a mirror image loses the regions that show what its photo loses.
  ///   - columns: of the feature map.
  ///   - rate: the share left out.
  /// - Returns: nil where none is left out.
  func regions(_ sentences: SentenceBatch, _ shape: (photos: Int, count: Int), columns: Int, rate: Float, seed: UInt64)
    -> Tensor?
  {
    if rate <= 0 { return nil }
    let (count, n) = shape
    let kept = photos(Tensor([count, n], repeating: 1), rate: rate, seed: seed)
    let here = sentences.wholeBatch(count).here
    for (photo, image) in sentences.mirrorPairs(of: here.count) {
      guard let photo = here[photo], let image = here[image] else { continue }
      MapCorrelation.flip(kept.pointer + photo * n, n, columns: columns, into: kept.pointer + image * n)
    }
    for photo in 0..<count where kept.row(photo).allSatisfy({ $0 == 0 }) {
      (kept.pointer + photo * n).update(repeating: 1, count: n)
    }
    return kept
  }
}
