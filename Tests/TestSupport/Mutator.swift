/// Damages files the way transfers, other programs and attackers do. The same seed damages the same file the same way.
public struct Mutator: RandomNumberGenerator {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  /// SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }

  /// Numbers at the edges of what fields hold.
  private static let edges: [UInt64] = [
    0, 1, 2, 7, 8, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF,
    0x7FFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF,
  ]

  /// `bytes` with one to four changes; `other` is a file of the same kind to take parts from.
  public mutating func damaged(_ bytes: [UInt8], other: [UInt8]) -> [UInt8] {
    var result = bytes
    for _ in 0..<Int.random(in: 1...4, using: &self) where !result.isEmpty { change(&result, other) }
    return result
  }

  private mutating func change(_ bytes: inout [UInt8], _ other: [UInt8]) {
    let place = place(in: bytes)
    let length = min(Int.random(in: 1...(1 << Int.random(in: 0...8, using: &self)), using: &self), bytes.count - place)
    switch Int.random(in: 0..<9, using: &self) {
    case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &self)
    case 1: bytes[place] = UInt8.random(in: .min ... .max, using: &self)
    case 2, 3: setNumber(&bytes, at: place)
    case 4: bytes.removeSubrange(place..<(place + length))
    case 5: bytes.removeLast(bytes.count - place)
    case 6: bytes.insert(contentsOf: bytes[place..<(place + length)], at: place)
    case 7: bytes.insert(contentsOf: (0..<length).map { _ in UInt8.random(in: .min ... .max, using: &self) }, at: place)
    default:
      guard !other.isEmpty else { return }
      let start = self.place(in: other)
      let part = other[start..<min(start + length, other.count)]
      bytes.replaceSubrange(place..<min(place + part.count, bytes.count), with: part)
    }
  }

  /// A number of 1, 2, 4 or 8 bytes in either order: one at an edge, or the one there a little changed.
  private mutating func setNumber(_ bytes: inout [UInt8], at place: Int) {
    let width = min(1 << Int.random(in: 0...3, using: &self), bytes.count - place)
    let isBigEndian = Bool.random(using: &self)
    let field = Array(bytes[place..<(place + width)])
    let old = (isBigEndian ? field : field.reversed()).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let change = UInt64(bitPattern: Int64.random(in: -4...4, using: &self))
    let new = Bool.random(using: &self) ? old &+ change : Self.edges.randomElement(using: &self)!
    for index in 0..<width {
      let shift = 8 * (isBigEndian ? width - 1 - index : index)
      bytes[place + index] = UInt8(truncatingIfNeeded: new >> UInt64(shift))
    }
  }

  /// Anywhere, more often near the start, where headers are.
  private mutating func place(in bytes: [UInt8]) -> Int {
    let end = Bool.random(using: &self) ? bytes.count : min(bytes.count, 128)
    return Int.random(in: 0..<end, using: &self)
  }
}
