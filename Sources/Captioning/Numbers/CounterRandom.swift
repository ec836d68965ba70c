import Files
import Tensors

#if canImport(Glibc)
  import Glibc
#endif

/// A stream of random numbers fixed by a seed and a name.
package struct CounterRandom: RandomNumberGenerator {
  private var source: RandomSource

  package init(seed: UInt64, stream: String) {
    // The name's hash keeps streams apart.
    source = RandomSource(state: stream.utf8.stableHash &+ seed &* 0x9E37_79B9_7F4A_7C15)
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
