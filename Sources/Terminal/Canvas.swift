import Raster

/// A character of the screen with its style.
public struct StyledCell: Sendable, Hashable {
  /// What is drawn; nil where the wide character at the left reaches over.
  public var character: Character?
  public var style: Style

  public init(_ character: Character?, _ style: Style) {
    self.character = character
    self.style = style
  }
}

/// A screenful of styled characters: a value, drawn into by the view and handed to a `Screen`.
///
/// Everything drawn is made safe first, and what reaches over an edge is cut: no text can move the cursor.
public struct Canvas: Sendable, Equatable {
  public let size: Size
  /// `columns × rows` cells, row-major.
  public private(set) var cells: [StyledCell]
  /// Where the cursor blinks; nil hides it.
  public var cursor: Position?

  /// A place on the screen.
  public struct Position: Sendable, Hashable {
    public var row: Int
    public var column: Int

    public init(row: Int, column: Int) {
      self.row = row
      self.column = column
    }
  }

  public init(size: Size, style: Style = .plain) {
    self.size = size
    cells = Array(repeating: StyledCell(" ", style), count: max(0, size.columns * size.rows))
  }

  /// The whole canvas.
  public var bounds: Rect { Rect(row: 0, column: 0, rows: size.rows, columns: size.columns) }

  public subscript(row: Int, column: Int) -> StyledCell { cells[row * size.columns + column] }

  /// Writes text from a place rightwards, cut at `columns` and at the edge.
  /// - Returns: the columns used.
  @discardableResult
  public mutating func write(_ text: String, row: Int, column: Int, _ style: Style, columns: Int = .max) -> Int {
    guard row >= 0, row < size.rows else { return 0 }
    let end = columns == .max ? size.columns : min(size.columns, column + max(0, columns))
    var at = column
    for unit in TextWidth.units(of: text) {
      if at + unit.width > end { break }
      if at >= 0 { put(unit.character, width: unit.width, row: row, column: at, style) }
      at += unit.width
    }
    return at - column
  }

  /// Gives every cell of a rectangle one character and style.
  public mutating func fill(_ rect: Rect, _ character: Character = " ", _ style: Style) {
    for row in max(0, rect.row)..<max(0, min(rect.bottom, size.rows), rect.row) {
      for column in max(0, rect.column)..<max(0, min(rect.end, size.columns), rect.column) {
        put(character, width: 1, row: row, column: column, style)
      }
    }
  }

  /// Draws a picture with its top left corner at a place.
  public mutating func draw(_ grid: CellGrid, row: Int, column: Int) {
    for r in 0..<grid.rows where row + r >= 0 && row + r < size.rows {
      for c in 0..<grid.columns where column + c >= 0 && column + c < size.columns {
        let cell = grid[r, c]
        let style = Style(cell.foreground, on: cell.background)
        put(Character(cell.glyph), width: 1, row: row + r, column: column + c, style)
      }
    }
  }

  private mutating func put(_ character: Character, width: Int, row: Int, column: Int, _ style: Style) {
    let index = row * size.columns + column
    // Half of a wide character cannot stay: its other half becomes a space.
    if cells[index].character == nil, column > 0 { cells[index - 1].character = " " }
    let after = index + width
    if column + width < size.columns, cells[after].character == nil { cells[after].character = " " }
    cells[index] = StyledCell(character, style)
    if width == 2 { cells[index + 1] = StyledCell(nil, style) }
  }
}
