import Raster

extension PixelImage {
  /// The photo with parts of it painted over in its mean colour (occlusion, Zeiler & Fergus 2014).
  /// - Parameters:
  ///   - regions: which parts, row-major, of `rows` × `columns` that the photo is divided into.
  func covering(_ regions: [Int], rows: Int, columns: Int) -> PixelImage {
    let color = meanColor
    var covered = self
    for region in regions {
      let (row, column) = (region / columns, region % columns)
      for y in row * height / rows..<(row + 1) * height / rows {
        for x in column * width / columns..<(column + 1) * width / columns {
          for channel in 0..<3 { covered.pixels[(y * width + x) * 3 + channel] = color[channel] }
        }
      }
    }
    return covered
  }

  private var meanColor: [UInt8] {
    var sums = [0, 0, 0]
    for (index, level) in pixels.enumerated() { sums[index % 3] += Int(level) }
    return sums.map { UInt8($0 / (width * height)) }
  }
}
