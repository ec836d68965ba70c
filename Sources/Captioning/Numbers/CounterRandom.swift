import Tensors

#if canImport(Glibc)
  import Glibc
#endif

/// A stream of random numbers fixed by a seed and a name.
package struct CounterRandom: RandomNumberGenerator {
  private var source: RandomSource

  package init(seed: UInt64, stream: String) {
    // FNV-1a over the name keeps streams apart.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in stream.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    source = RandomSource(state: hash &+ seed &* 0x9E37_79B9_7F4A_7C15)
    _ = next()
  }

  package mutating func next() -> UInt64 { source.next() }

  /// In [0, 1).
  package mutating func uniform() -> Float { Float(next() >> 40) * 0x1p-24 }

  /// In [low, high).
  package mutating func uniform(_ low: Float, _ high: Float) -> Float { low + (high - low) * uniform() }

  /// Mean 0, deviation 1 (Box–Muller).
  mutating func normal() -> Float {
    let radius = (-2 * log(Double(1 - uniform()))).squareRoot()
    return Float(radius * cos(2 * Double.pi * Double(uniform())))
  }
}
