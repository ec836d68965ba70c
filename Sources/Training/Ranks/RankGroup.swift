import Tensors

/// The processes that train one network together, each on its photos of every batch. All call the same functions in the
/// same order; each waits there for the others. Used from one thread of each.
public protocol RankGroup: AnyObject {
  /// 0..<`count`. Rank 0 validates, writes and tells.
  var rank: Int { get }
  /// ≥ 1.
  var count: Int { get }
  /// Puts the sum over all ranks in the place of each number; all ranks get the same bits.
  func sum(_ numbers: UnsafeMutableBufferPointer<Float>)
  func sum(_ numbers: UnsafeMutableBufferPointer<Double>)
  /// Begins to do so with numbers that nobody looks at until `finishSums`.
  func beginSum(_ numbers: UnsafeMutableBufferPointer<Float>)
  /// Waits for what was begun.
  func finishSums()
}

extension RankGroup {
  /// Where there is no other way, the sum is waited for at once.
  public func beginSum(_ numbers: UnsafeMutableBufferPointer<Float>) { sum(numbers) }
  public func finishSums() {}

  /// Sums over all ranks.
  func sums(_ numbers: [Double]) -> [Double] {
    if count == 1 { return numbers }
    var numbers = numbers
    numbers.withUnsafeMutableBufferPointer { sum($0) }
    return numbers
  }

  /// The same for layers that look at a whole batch; nil where this process has all of it.
  var sumOverParts: SumOverParts? { count == 1 ? nil : { self.sums($0) } }

  /// Whether a condition holds on any rank.
  func any(_ condition: Bool) -> Bool { sums([condition ? 1 : 0])[0] > 0 }
}

/// One process that trains alone.
public final class SingleRank: RankGroup {
  public let rank = 0
  public let count = 1

  public init() {}

  public func sum(_ numbers: UnsafeMutableBufferPointer<Float>) {}
  public func sum(_ numbers: UnsafeMutableBufferPointer<Double>) {}
}
