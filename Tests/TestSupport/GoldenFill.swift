import CTestSupport

/// The pseudo-random values golden numbers were computed on: a pure function of seed, name and flat index, so that
/// no weight file has to travel with the tests.
///
///     h = splitmix64(fnv1a64(utf8(name)) + seed + index × 0x9E3779B97F4A7C15)   (all modulo 2⁶⁴)
///     u = (h >> 11) × 2⁻⁵³, in [0, 1)
///     value = low + (high − low) × u, in double precision, rounded once to single
///
/// The loop is in C, optimised in debug builds too: networks of fifty million weights are filled this way.
/// - Returns: `count` values, those of `[low, high)` in C order of whatever shape the name stands for.
public func goldenFill(_ name: String, count: Int, low: Double, high: Double, seed: UInt64) -> [Float] {
  [Float](unsafeUninitializedCapacity: count) { values, filled in
    if count > 0 { golden_fill(fnv1a64(name) &+ seed, count, low, high, values.baseAddress!) }
    filled = count
  }
}

private func fnv1a64(_ name: String) -> UInt64 {
  name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
}
