import Foundation

/// Where the network looked for one word: weights over the regions of the feature map.
public struct AttentionMap: Sendable, Equatable {
  public let rows: Int
  public let columns: Int
  /// `rows × columns` numbers, row-major, each in [0, 1], summing to 1.
  public let values: [Float]
  /// The share, in [0, 1], of what lay on no region, such as a vision transformer's class token, and is left out.
  public let outside: Float

  public init(rows: Int, columns: Int, values: [Float], outside: Float = 0) {
    precondition(values.count == rows * columns)
    self.rows = rows
    self.columns = columns
    self.values = values
    self.outside = outside
  }

  /// The mean of some maps of one size, at least one.
  package static func mean(_ maps: [AttentionMap]) -> AttentionMap {
    if maps.count == 1 { return maps[0] }
    var sums = [Float](repeating: 0, count: maps[0].values.count)
    for map in maps {
      precondition(map.rows == maps[0].rows && map.columns == maps[0].columns, "maps of several sizes have no mean")
      for (region, value) in map.values.enumerated() { sums[region] += value }
    }
    return AttentionMap(
      rows: maps[0].rows, columns: maps[0].columns, values: sums.map { $0 / Float(maps.count) },
      outside: maps.reduce(0) { $0 + $1.outside } / Float(maps.count))
  }
}

/// What can be said of a map in numbers.
extension AttentionMap {
  /// How spread out the attention is, in bits: 0 when all lies on one region, log₂ of the number of regions when it is even.
  package var entropy: Double {
    values.reduce(0) { $1 > 0 ? $0 - Double($1) * log2(Double($1)) : $0 }
  }

  /// The entropy of an even map of this size, log₂ of the number of regions: 6 bits for 8×8.
  package var evenEntropy: Double { log2(Double(values.count)) }

  /// The share of an even map's regions: 1/64 for 8×8.
  package var evenShare: Float { 1 / Float(values.count) }

  /// The region most looked at, from 0; the first of equals.
  package var peak: (row: Int, column: Int, share: Float) {
    let index = values.indices.max { values[$0] < values[$1] || (values[$0] == values[$1] && $0 > $1) } ?? 0
    return (index / columns, index % columns, values[index])
  }

  /// The regions most looked at, row-major, strongest first; of equals the first ones.
  /// - Parameter count: more than there are means all.
  public func strongest(_ count: Int) -> [Int] {
    count < 1 ? [] : values.withUnsafeBufferPointer { Sampler.largest(count, of: $0) }
  }
}
