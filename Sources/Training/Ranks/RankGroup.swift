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
}

extension RankGroup {
  /// Sums over all ranks.
  func sums(_ numbers: [Double]) -> [Double] {
    if count == 1 { return numbers }
    var numbers = numbers
    numbers.withUnsafeMutableBufferPointer { sum($0) }
    return numbers
  }

  /// Sums what backward passes have added on all ranks.
  func sumGradients(_ parameters: [Parameter]) {
    if count == 1 { return }
    for parameter in parameters {
      for tensor in [parameter.gradient, parameter.gradientSquares].compactMap(\.self) {
        sum(UnsafeMutableBufferPointer(start: tensor.pointer, count: tensor.count))
      }
    }
  }

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

/// Which photos of a set are a rank's own.
struct RankShare: Sendable {
  let rank: Int
  let count: Int
  /// Places of photos that their ranks cannot read, the same on all ranks.
  var unreadable: Set<Int> = []

  func owns(_ place: Int) -> Bool { place % count == rank }
}
