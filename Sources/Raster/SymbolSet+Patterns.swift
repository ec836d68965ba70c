/// The glyphs of a symbol set that divide a cell in two, by which of its sub-pixels are foreground.
///
/// A pattern is a bit mask over the sub-pixels, row-major, the lowest bit top left.
struct BlockPatterns: Sendable {
  /// Sub-pixels across and down a cell.
  let columns: Int
  let rows: Int
  /// The glyph of each of the `2^(columns × rows)` patterns.
  let glyphs: [Unicode.Scalar]
  /// One pattern of each pair that differs only in which half is foreground, those drawn first winning ties: the whole
  /// cell, the lower half, then the rest. The bottom left is always foreground, so ▄ stands for ▀ too: terminals draw
  /// glyphs that hang from the top of a cell less exactly.
  let canonical: [Int]

  /// All sub-pixels foreground.
  var full: Int { glyphs.count - 1 }
  var count: Int { columns * rows }

  private init(columns: Int, rows: Int, glyphs: [Unicode.Scalar]) {
    self.columns = columns
    self.rows = rows
    self.glyphs = glyphs
    let full = glyphs.count - 1
    let bottomLeft = 1 << (columns * (rows - 1))
    let lowerHalf = full & ~((1 << (columns * rows / 2)) - 1)
    let first = rows == 2 ? [full, lowerHalf] : [full]
    canonical = first + (1..<full).filter { $0 & bottomLeft != 0 && !first.contains($0) }
  }

  static let space = BlockPatterns(columns: 1, rows: 1, glyphs: [" ", " "])

  static let half = BlockPatterns(columns: 1, rows: 2, glyphs: [" ", "▀", "▄", "█"])

  static let quadrant = BlockPatterns(
    columns: 2, rows: 2,
    glyphs: [" ", "▘", "▝", "▀", "▖", "▌", "▞", "▛", "▗", "▚", "▐", "▜", "▄", "▙", "▟", "█"])

  /// Unicode has no sextant where a block element already exists: empty, left half, right half, full.
  static let sextant = BlockPatterns(
    columns: 2, rows: 3,
    glyphs: (0..<64).map { pattern in
      switch pattern {
      case 0: " "
      case 21: "▌"
      case 42: "▐"
      case 63: "█"
      default: Unicode.Scalar(UInt32(0x1FB00 + pattern - 1 - (pattern > 21 ? 1 : 0) - (pattern > 42 ? 1 : 0)))!
      }
    })
}

extension SymbolSet {
  /// Nil for ASCII, whose glyphs differ in weight rather than shape.
  var patterns: BlockPatterns? {
    switch self {
    case .space: .space
    case .half: .half
    case .quadrant: .quadrant
    case .sextant: .sextant
    case .ascii: nil
    }
  }
}
