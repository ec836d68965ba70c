#if canImport(Glibc)
  import Glibc
#endif

/// How spread out attention is, in numbers that can be compared between words and networks.
extension AttentionMap {
  /// In bits: 0 where one cell has all attention, `evenEntropy` where every cell has the same.
  public var entropy: Float {
    -values.reduce(0) { $1 > 0 ? $0 + $1 * log2f($1) : $0 }
  }

  /// The entropy of an even map of this size, log₂ of the number of cells: 6 bits for 8×8.
  public var evenEntropy: Float { log2f(Float(values.count)) }

  /// The share of an even map's cells: 1/64 for 8×8.
  public var evenShare: Float { 1 / Float(values.count) }

  /// The cell attended to most, the first of equals, counted from 0, and its share of all attention.
  public var topCell: (row: Int, column: Int, share: Float) {
    let index = values.indices.max { values[$0] < values[$1] || (values[$0] == values[$1] && $0 > $1) } ?? 0
    return (index / columns, index % columns, values.isEmpty ? 0 : values[index])
  }
}
