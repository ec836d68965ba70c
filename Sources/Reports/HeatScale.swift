import Captioning
import Raster

#if canImport(Glibc)
  import Glibc
#endif

/// How much heat a cell's share of attention is. Both scales begin at an even share (1/64 of an 8×8 map): networks
/// attend a little everywhere, and heat for that would only colour the whole picture.
package enum HeatScale: Sendable, Hashable {
  /// Full at the map's own largest share: every map uses all colours, and an almost even one looks as if it did not.
  case ownMaximum
  /// The same for every map, so that maps can be compared: a third of the heat for every doubling of an even share,
  /// full at 8 times that.
  case fixed

  /// Doublings of an even share from no heat to full heat on the fixed scale.
  private static let doublings: Float = 3

  /// Each cell's heat, 0…1, row-major.
  package func heat(_ map: AttentionMap) -> [Float] {
    switch self {
    case .ownMaximum:
      let above = map.aboveEven
      guard let largest = above.max(), largest > 0 else { return above }
      return above.map { $0 / largest }
    case .fixed:
      return map.values.map { share in
        share > map.evenShare ? min(1, log2f(share / map.evenShare) / Self.doublings) : 0
      }
    }
  }

  /// The share of attention that is full heat in a map.
  package func fullShare(_ map: AttentionMap) -> Float {
    switch self {
    case .ownMaximum: map.peak.share
    case .fixed: min(1, map.evenShare * exp2f(Self.doublings))
    }
  }

  package var other: HeatScale { self == .fixed ? .ownMaximum : .fixed }
}

extension HeatOverlay {
  /// The picture under a map's heat.
  package func applied(to image: PixelImage, _ map: AttentionMap, scale: HeatScale) -> PixelImage {
    var overlay = self
    // The scale has made heat of the shares; 1 is full.
    overlay.scale = .fixed(multipleOfUniform: Float(map.values.count))
    return overlay.applied(to: image, map: scale.heat(map), rows: map.rows, columns: map.columns)
  }
}
