extension Sequence<UInt8> {
  /// 64 bits that stand for these bytes, the same on every machine and in every run: FNV-1a (Fowler, Noll and Vo,
  /// http://www.isthe.com/chongo/tech/comp/fnv/).
  package var stableHash: UInt64 { reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 } }
}
