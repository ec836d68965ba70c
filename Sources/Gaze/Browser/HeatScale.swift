import Captioning
import Raster

extension HeatScale {
  /// Each cell's heat, 0…1, row-major.
  func heat(_ map: AttentionMap) -> [Float] { heat(map.values) }

  /// The share of attention that is full heat in a map.
  func fullShare(_ map: AttentionMap) -> Float { fullShare(map.values) }
}

extension HeatOverlay {
  /// The picture under a map's heat.
  func applied(to image: PixelImage, _ map: AttentionMap, scale: HeatScale) -> PixelImage {
    var overlay = self
    overlay.scale = scale
    return overlay.applied(to: image, map: map.values, rows: map.rows, columns: map.columns)
  }
}
