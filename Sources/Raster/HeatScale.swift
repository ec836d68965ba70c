import Glibc

/// How much heat a cell's share of a whole is, such as of a captioner's attention.
///
/// Both scales begin at an even share (1/64 of an 8×8 map): networks attend a little everywhere, and heat for that would
/// only colour the whole picture.
public enum HeatScale: Sendable, Hashable, CaseIterable {
  /// In proportion, full at the map's own largest share, so that every map uses all colours; but not below twice an even
  /// share, so that a map that is nearly even stays nearly dark rather than glow as a sharp one does. As a map turns even,
  /// its heat goes to none without a jump.
  case ownMaximum
  /// The same for every map, so that maps can be compared: a third of the heat for every doubling of an even share, full
  /// at 8 times that.
  case fixed

  /// Doublings of an even share from no heat to full heat on the fixed scale.
  private static let doublings: Float = 3

  /// Each cell's heat, 0…1, in the order of the shares.
  ///
  /// - Parameter shares: a map's, `[rows, columns]`, each 0…1, together 1. What is negative or not a number has no heat.
  public func heat(_ shares: [Float]) -> [Float] {
    let even = Self.evenShare(shares)
    let full = fullShare(shares)
    return shares.map { share in
      // An even share must not glow by a rounding error.
      guard share > even * (1 + 0x1p-20) else { return 0 }
      return switch self {
      case .ownMaximum: min(1, (share - even) / (full - even))
      case .fixed: min(1, log2f(share / even) / Self.doublings)
      }
    }
  }

  /// The share that is full heat in a map, at most 1.
  public func fullShare(_ shares: [Float]) -> Float {
    let even = Self.evenShare(shares)
    return switch self {
    case .ownMaximum: min(1, max(shares.reduce(0) { $1 > $0 ? $1 : $0 }, 2 * even))
    case .fixed: min(1, even * exp2f(Self.doublings))
    }
  }

  /// The scale that this one is not.
  public var other: HeatScale { self == .fixed ? .ownMaximum : .fixed }

  private static func evenShare(_ shares: [Float]) -> Float { 1 / Float(max(shares.count, 1)) }
}
