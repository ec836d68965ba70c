/// Random numbers that are the same on every machine: SplitMix64 (Steele, Lea & Flood 2014, "Fast splittable
/// pseudorandom number generators").
///
/// The seed is scrambled before use, so that neighbouring seeds, as the captions of one photo have, start far apart.
public struct RandomSource: RandomNumberGenerator, Sendable, Equatable {
  private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15
  private var state: UInt64

  public init(seed: UInt64) { state = RandomSource.scrambled(seed &+ RandomSource.step) }

  /// A generator that goes on from a given state.
  init(state: UInt64) { self.state = state }

  /// 64 random bits.
  public mutating func next() -> UInt64 {
    state &+= RandomSource.step
    return RandomSource.scrambled(state)
  }

  /// A number in [0, 1), a multiple of 2⁻⁵³.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  private static func scrambled(_ bits: UInt64) -> UInt64 {
    var z = bits
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
