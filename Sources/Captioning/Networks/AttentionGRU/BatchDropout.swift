import Tensors

/// Dropout in a batch, or in a part of one as if it were done in the whole.
struct BatchDropout {
  /// Nil of a whole batch.
  private let share: BatchShare?
  /// Of each photo of a part.
  private let rowCounts: [Int]

  /// - Parameter photos: B.
  init(_ sentences: SentenceBatch, photos: Int) {
    share = sentences.share
    rowCounts = share == nil ? [] : sentences.photos(photos).map(\.count)
  }

  /// - Parameter x: the same for each photo, `[B, …]`.
  func photos(_ x: Tensor, rate: Float, seed: UInt64) -> Tensor {
    guard let share else { return Dropout.apply(x, rate: rate, seed: seed) }
    let size = x.count / share.places.count
    return Dropout.apply(
      x, rate: rate, seed: seed, parts: share.places.map { Dropout.Part(count: size, place: $0 * size) })
  }

  /// - Parameter x: `[R, …]`.
  func rows(_ x: Tensor, rate: Float, seed: UInt64) -> Tensor {
    guard let share else { return Dropout.apply(x, rate: rate, seed: seed) }
    let width = x.count / rowCounts.reduce(0, +)
    let parts = zip(rowCounts, share.firstRows).map { Dropout.Part(count: $0 * width, place: $1 * width) }
    return Dropout.apply(x, rate: rate, seed: seed, parts: parts)
  }
}
