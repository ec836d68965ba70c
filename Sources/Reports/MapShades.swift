import Captioning
import Raster

/// Maps as characters, the more the darker, each on its own scale; a cell is two characters wide, which makes it about
/// square.
package struct MapShades {
  /// From none to the most.
  let shades: [Character]

  package init(_ shades: [Character]) { self.shades = shades }

  /// One row of a map.
  package func row(_ row: Int, of map: AttentionMap) -> String {
    let cells = HeatScale.ownMaximum.heat(map)[row * map.columns..<(row + 1) * map.columns]
    return String(
      cells.flatMap { heat -> [Character] in
        let shade = shades[min(Int(heat * Float(shades.count)), shades.count - 1)]
        return [shade, shade]
      })
  }

  /// Maps beside each other under their titles, as lines without spaces at their ends.
  package func beside(_ maps: [(title: String, map: AttentionMap)]) -> [String] {
    let widths = maps.map { max($0.map.columns * 2, $0.title.count) + 2 }
    let rows = maps.map(\.map.rows).max() ?? 0
    return (-1..<rows).map { row in
      var line = zip(maps, widths).map { map, width in
        (row < 0 ? map.title : row < map.map.rows ? self.row(row, of: map.map) : "").padded(to: width)
      }.joined()
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}
