/// A size in character cells.
public struct Size: Sendable, Hashable {
  public var columns: Int
  public var rows: Int

  public init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
  }
}

/// A rectangle of character cells; never of negative size.
public struct Rect: Sendable, Hashable {
  public var row: Int
  public var column: Int
  public var rows: Int
  public var columns: Int

  public init(row: Int, column: Int, rows: Int, columns: Int) {
    self.row = row
    self.column = column
    self.rows = max(0, rows)
    self.columns = max(0, columns)
  }

  public var size: Size { Size(columns: columns, rows: rows) }
  public var isEmpty: Bool { rows == 0 || columns == 0 }
  /// The row after the last.
  public var bottom: Int { row + rows }
  /// The column after the last.
  public var end: Int { column + columns }

  public func contains(row r: Int, column c: Int) -> Bool { r >= row && r < bottom && c >= column && c < end }

  /// The first `count` rows and what is under them.
  public func splitTop(_ count: Int) -> (top: Rect, rest: Rect) {
    let n = min(max(0, count), rows)
    return (
      Rect(row: row, column: column, rows: n, columns: columns),
      Rect(row: row + n, column: column, rows: rows - n, columns: columns)
    )
  }

  /// The last `count` rows and what is above them.
  public func splitBottom(_ count: Int) -> (rest: Rect, bottom: Rect) {
    let (rest, bottom) = splitTop(rows - min(max(0, count), rows))
    return (rest, bottom)
  }

  /// The first `count` columns and what is right of them.
  public func splitLeft(_ count: Int) -> (left: Rect, rest: Rect) {
    let n = min(max(0, count), columns)
    return (
      Rect(row: row, column: column, rows: rows, columns: n),
      Rect(row: row, column: column + n, rows: rows, columns: columns - n)
    )
  }

  /// The rectangle without `columns` at its left and right sides and `rows` at its top and bottom.
  public func inset(columns c: Int, rows r: Int = 0) -> Rect {
    Rect(row: row + r, column: column + c, rows: rows - 2 * r, columns: columns - 2 * c)
  }

  /// A rectangle of the given size in the middle of this one, cut to fit.
  public func centered(_ size: Size) -> Rect {
    let (c, r) = (min(size.columns, columns), min(size.rows, rows))
    return Rect(row: row + (rows - r) / 2, column: column + (columns - c) / 2, rows: r, columns: c)
  }
}
