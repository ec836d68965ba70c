/// Where the steps of several sequences lie when their rows follow each other without padding: `[R, …]`, sequence after
/// sequence, and within one step after step.
public struct SequenceRows: Sendable, Equatable {
  /// The first row of each sequence and, last, R.
  public let offsets: [Int]
  /// The sequences, longest first, so that those that go on at a step are the first of them.
  let order: [Int]
  /// How many sequences have each step.
  let active: [Int]

  /// - Parameter lengths: steps of each sequence, ≥ 0.
  public init(lengths: [Int]) {
    offsets = lengths.reduce(into: [0]) { $0.append($0.last! + $1) }
    order = lengths.indices.sorted { (lengths[$1], $0) < (lengths[$0], $1) }
    active = (0..<(lengths.max() ?? 0)).map { step in lengths.count { $0 > step } }
  }

  /// Steps of each sequence.
  public var lengths: [Int] { zip(offsets.dropFirst(), offsets).map { $0 - $1 } }
  /// S.
  public var sequenceCount: Int { offsets.count - 1 }
  /// R.
  public var rowCount: Int { offsets.last! }
  /// T: steps of the longest sequence.
  public var stepCount: Int { active.count }

  /// Of each sequence, its place in `order`.
  var places: [Int] { order.indices.sorted { order[$0] < order[$1] } }

  /// The row of a step of the sequence at a place of `order`.
  func row(_ place: Int, step: Int) -> Int { offsets[order[place]] + step }
}
