extension PixelImage {
  /// The photo with parts of it painted over in its mean colour (occlusion, Zeiler & Fergus 2014).
  /// - Parameters:
  ///   - regions: which parts, row-major, of `rows` × `columns` that the photo is divided into.
  package func covering(_ regions: [Int], rows: Int, columns: Int) -> PixelImage {
    let color = meanColor
    return changing(regions, rows: rows, columns: columns) { color[$1] }
  }

  /// The photo with parts of it at a quarter of their light levels.
  package func darkening(_ regions: [Int], rows: Int, columns: Int) -> PixelImage {
    changing(regions, rows: rows, columns: columns) { level, _ in level / 4 }
  }

  /// - Parameter change: gives a level from what it was and its channel.
  private func changing(
    _ regions: [Int], rows: Int, columns: Int, _ change: (_ level: UInt8, _ channel: Int) -> UInt8
  ) -> PixelImage {
    var changed = self
    for region in regions {
      let (row, column) = (region / columns, region % columns)
      for y in row * height / rows..<(row + 1) * height / rows {
        for x in column * width / columns..<(column + 1) * width / columns {
          for channel in 0..<3 {
            let place = (y * width + x) * 3 + channel
            changed.pixels[place] = change(changed.pixels[place], channel)
          }
        }
      }
    }
    return changed
  }

  private var meanColor: [UInt8] {
    var sums = [0, 0, 0]
    for (index, level) in pixels.enumerated() { sums[index % 3] += Int(level) }
    return sums.map { UInt8($0 / (width * height)) }
  }
}
