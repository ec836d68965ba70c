/// A decoded picture: 8-bit sRGB, row-major, three bytes a pixel (red, green, blue), upright.
public struct PixelImage: Sendable, Equatable {
  /// Columns, ≥ 1.
  public let width: Int
  /// Rows, ≥ 1.
  public let height: Int
  /// `width × height × 3` bytes.
  public var pixels: [UInt8]

  /// - Precondition: `pixels.count == width × height × 3`.
  public init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(pixels.count == width * height * 3, "\(pixels.count) bytes do not fill \(width)×\(height) pixels")
    self.width = width
    self.height = height
    self.pixels = pixels
  }
}
