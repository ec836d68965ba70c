import Foundation
import TestSupport
import Testing

@testable import Raster

@Suite("Resizing with antialiasing") struct ResizedPictureTests {
  private struct Row: Decodable {
    let filter: Int
    let width: Int
    let height: Int
    let to_width: Int
    let to_height: Int
    let levels: [UInt8]
  }

  /// The same levels as in the script that made the fixture.
  private func picture(_ width: Int, _ height: Int) -> PixelImage {
    var pixels: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        for c in 0..<3 {
          pixels.append(UInt8((x * 37 + y * 91 + c * 53 + (x * y * 29) % 97 + (x * x * y) % 31 * 5) % 256))
        }
      }
    }
    return PixelImage(width: width, height: height, pixels: pixels)
  }

  @Test("gives Pillow's levels, every one, for wide pictures and tall ones, whichever axis it resizes first")
  func levels() throws {
    let rows = try JSONDecoder().decode(
      [Row].self, from: Data(contentsOf: Fixtures.url("transformers/resized.json")))
    #expect(rows.count == 60 && rows.contains { $0.height - $0.to_height > 2 * ($0.width - $0.to_width) })
    for row in rows {
      let filter = try #require(PixelImage.ResamplingFilter(rawValue: row.filter))
      let found = picture(row.width, row.height)
        .resizedAntialiased(height: row.to_height, width: row.to_width, filter: filter)
      #expect(
        found == row.levels, "\(filter), \(row.width)×\(row.height) to \(row.to_width)×\(row.to_height)")
    }
  }
}
