/// An 8-bit sRGB colour.
public struct RGB: Sendable, Hashable {
  public var red: UInt8
  public var green: UInt8
  public var blue: UInt8

  public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }
}

/// One character of a preview.
public struct Cell: Sendable, Hashable {
  /// What the cell's two colours may be.
  public enum Color: Sendable, Hashable {
    /// The terminal's own.
    case standard
    /// An entry of the terminal's palette: 0–255, of which a preview uses 16–255 in 256 colours and 0–15 in 16.
    case indexed(UInt8)
    case rgb(RGB)
  }

  public var glyph: Unicode.Scalar
  public var foreground: Color
  public var background: Color

  public init(glyph: Unicode.Scalar, foreground: Color, background: Color) {
    self.glyph = glyph
    self.foreground = foreground
    self.background = background
  }
}

/// A picture made of characters.
public struct CellGrid: Sendable, Equatable {
  public let columns: Int
  public let rows: Int
  /// `columns × rows` cells, row-major.
  public var cells: [Cell]

  public init(columns: Int, rows: Int, cells: [Cell]) {
    precondition(cells.count == columns * rows)
    self.columns = columns
    self.rows = rows
    self.cells = cells
  }

  public subscript(row: Int, column: Int) -> Cell { cells[row * columns + column] }
}

/// Which characters a preview is made of.
public enum SymbolSet: String, Sendable, CaseIterable {
  /// ▄ and space: 1×2 pixels a cell.
  case half
  /// Quadrants: 2×2 pixels a cell.
  case quadrant
  /// Sextants (U+1FB00…): 2×3 pixels a cell.
  case sextant
  /// Spaces on coloured ground: 1×1 pixel a cell, for terminals with colours and without block characters.
  case space
  /// A ramp of ASCII characters by lightness, for terminals with neither.
  case ascii
}

/// How many colours a preview may use.
public enum ColorDepth: String, Sendable, CaseIterable, Comparable {
  case mono
  case ansi16 = "16"
  case ansi256 = "256"
  case truecolor

  public static func < (a: ColorDepth, b: ColorDepth) -> Bool {
    allCases.firstIndex(of: a)! < allCases.firstIndex(of: b)!
  }
}
