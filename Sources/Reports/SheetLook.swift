import Raster

/// What the sheets of a caption have in common.
enum SheetLook {
  static let paper = RGB(255, 255, 255)
  static let ink = RGB(20, 20, 20)
  static let pencil = RGB(100, 100, 100)
  /// On every side, in pixels.
  static let margin = 24
}
