import Captioning
import Files
import Raster

/// The attention of a caption as text: under each word its probability and its map in shades, the more attention the
/// darker, several words beside each other.
package struct AttentionText {
  let caption: Caption
  /// Characters a line.
  let width: Int
  /// From none to the most; each cell is two characters wide, which makes it about square.
  let shades: [Character]
  /// Lines between the caption and its maps.
  let notes: [String]

  package init(caption: Caption, width: Int, shades: [Character], notes: [String] = []) {
    self.notes = notes
    self.caption = caption
    self.width = width
    self.shades = shades
  }

  package static let blockShades: [Character] = [" ", "░", "▒", "▓", "█"]
  package static let asciiShades: [Character] = [" ", ".", ":", "-", "=", "+", "*", "#", "%", "@"]

  /// Between words: one space after each block, one more between two.
  private static let gap = 2

  package var text: String {
    var lines = [PrintableText.line(caption.text)] + (caption.mapsInWords.map { ["maps: \($0)"] } ?? []) + notes + [""]
    for band in bands { lines += self.lines(band) + [""] }
    return lines.joined(separator: "\n")
  }

  /// The words that go beside each other.
  private var bands: [[CaptionWord]] {
    var bands: [[CaptionWord]] = []
    var used = 0
    for word in caption.words {
      let needed = Self.width(of: word) + Self.gap
      if bands.isEmpty || used + needed - Self.gap > width {
        bands.append([])
        used = 0
      }
      bands[bands.count - 1].append(word)
      used += needed
    }
    return bands
  }

  private func lines(_ band: [CaptionWord]) -> [String] {
    let rows = band.map(\.attention.rows).max() ?? 0
    let drawing = MapShades(shades)
    let columns = band.map { word in
      let map = (0..<rows).map { row in row < word.attention.rows ? drawing.row(row, of: word.attention) : "" }
      let cells = [PrintableText.line(word.word), Figures.probability(caption.likelihood(of: word))] + map
      return cells.map { $0.padded(to: Self.width(of: word) + 1) }
    }
    return (0..<rows + 2).map { line in
      var text = columns.map { $0[line] }.joined(separator: " ")
      while text.last == " " { text.removeLast() }
      return text
    }
  }

  private static func width(of word: CaptionWord) -> Int { max(word.attention.columns * 2, word.word.count, 6) }
}
