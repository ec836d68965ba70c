import Raster

extension PixelImage {
  /// The photo with parts of it painted over in its mean colour (occlusion, Zeiler & Fergus 2014).
  /// - Parameters:
  ///   - cells: which parts, row-major, of `rows` × `columns` that the photo is divided into.
  func covering(_ cells: [Int], rows: Int, columns: Int) -> PixelImage {
    let color = meanColor
    var covered = self
    for cell in cells {
      let (row, column) = (cell / columns, cell % columns)
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
