/// The pseudo-random values golden numbers were computed on: a pure function of seed, name and flat index, so that
/// no weight file has to travel with the tests.
///
///     h = splitmix64(fnv1a64(utf8(name)) + seed + index × 0x9E3779B97F4A7C15)   (all modulo 2⁶⁴)
///     u = (h >> 11) × 2⁻⁵³, in [0, 1)
///     value = low + (high − low) × u, in double precision, rounded once to single
///
/// - Returns: `count` values, those of `[low, high)` in C order of whatever shape the name stands for.
public func goldenFill(_ name: String, count: Int, low: Double, high: Double, seed: UInt64) -> [Float] {
  let origin = fnv1a64(name) &+ seed
  return (0..<count).map { index in
    let hash = splitmix64(origin &+ UInt64(index) &* 0x9E37_79B9_7F4A_7C15)
    return Float(low + (high - low) * (Double(hash >> 11) * 0x1p-53))
  }
}

private func fnv1a64(_ name: String) -> UInt64 {
  name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
}

private func splitmix64(_ state: UInt64) -> UInt64 {
  var z = state &+ 0x9E37_79B9_7F4A_7C15
  z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
  z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
  return z ^ (z >> 31)
}
