/// A set of symbols, numbers from 0 to 191.
struct SymbolSet: Sendable {
  private var low: UInt64 = 0
  private var middle: UInt64 = 0
  private var high: UInt64 = 0

  init() {}

  init(_ symbols: some Sequence<UInt8>) { for symbol in symbols { insert(symbol) } }

  mutating func insert(_ symbol: UInt8) {
    let bit = UInt64(1) << UInt64(symbol & 63)
    switch symbol >> 6 {
    case 0: low |= bit
    case 1: middle |= bit
    default: high |= bit
    }
  }

  mutating func formUnion(_ other: SymbolSet) {
    low |= other.low
    middle |= other.middle
    high |= other.high
  }

  /// All symbols but these and the last, which a pattern has to name.
  var inverted: SymbolSet {
    var set = SymbolSet()
    (set.low, set.middle, set.high) = (~low, ~middle, ~high & ~(1 << 63))
    return set
  }

  func contains(_ symbol: UInt8) -> Bool {
    let bits = symbol >> 6 == 0 ? low : symbol >> 6 == 1 ? middle : high
    return bits >> UInt64(symbol & 63) & 1 == 1
  }
}
