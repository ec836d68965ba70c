import Captioning

extension CompactShape {
  /// A compact encoder that is quick in tests.
  public static let tiny = CompactShape(
    stemKernel: 5, stemStride: 2, stemChannels: 4,
    blocks: [.init(channels: 4, stride: 1), .init(channels: 6, stride: 2)], gridChannels: 5)

  /// The same, its 4×4 regions of 16×16 pixels resampled.
  public static func tiny(gridSide: Int) -> CompactShape {
    var shape = tiny
    shape.gridSide = gridSide
    return shape
  }
}
