/// A decoded picture: 8-bit sRGB, row-major, three bytes a pixel (red, green, blue), upright.
public struct PixelImage: Sendable, Equatable {
  /// Columns, ≥ 1.
  public let width: Int
  /// Rows, ≥ 1.
  public let height: Int
  /// `width × height × 3` bytes.
  public var pixels: [UInt8]
  /// The columns and rows that show the picture, 0…width and 0…height. At an edge only part of one may: a picture of 375
  /// rows decoded at a quarter of its size fills 93.75 of 94.
  private(set) var columns: ClosedRange<Double>
  private(set) var rows: ClosedRange<Double>

  /// - Precondition: `pixels.count == width × height × 3`.
  public init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(pixels.count == width * height * 3, "\(pixels.count) bytes do not fill \(width)×\(height) pixels")
    self.width = width
    self.height = height
    self.pixels = pixels
    columns = 0...Double(width)
    rows = 0...Double(height)
  }

  /// As above, of which only part shows the picture.
  init(width: Int, height: Int, pixels: [UInt8], columns: ClosedRange<Double>, rows: ClosedRange<Double>) {
    self.init(width: width, height: height, pixels: pixels)
    self.columns = columns
    self.rows = rows
  }
}
