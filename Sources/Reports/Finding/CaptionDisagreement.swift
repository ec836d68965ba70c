/// How far the captions of one image differ: the mean over all pairs of them of the share of words, of those in either,
/// that only one of the two has (Jaccard's distance); 0 where all have the same words, 1 where no two share one.
enum CaptionDisagreement {
  /// - Returns: nil of fewer than two captions. Captions without words agree with each other.
  static func of(_ captions: [Set<String>]) -> Double? {
    guard captions.count > 1 else { return nil }
    var sum = 0.0
    for (index, a) in captions.enumerated() {
      for b in captions[(index + 1)...] {
        let shared = a.count < b.count ? a.count(where: b.contains) : b.count(where: a.contains)
        let all = a.count + b.count - shared
        sum += all == 0 ? 0 : 1 - Double(shared) / Double(all)
      }
    }
    return sum / Double(captions.count * (captions.count - 1) / 2)
  }
}
