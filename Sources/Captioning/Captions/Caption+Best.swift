import Glibc

extension Collection<Caption> {
  /// The index of the caption with the highest log-probability / length^0.7, the rule beam search compares by; of equals
  /// the first. Nil where there is none.
  public var indexOfBest: Index? {
    func score(_ caption: Caption) -> Double {
      Double(caption.logProbability) / pow(Double(Swift.max(1, caption.words.count)), 0.7)
    }
    return indices.dropFirst().reduce(isEmpty ? nil : startIndex) { best, other in
      best.map { score(self[other]) > score(self[$0]) ? other : $0 }
    }
  }
}
