extension PixelImage {
  /// The largest grid of cells, at most `columns × rows`, that shows the picture with its aspect ratio kept.
  ///
  /// - Parameters:
  ///   - columns: the most there may be.
  ///   - rows: the most there may be.
  ///   - cellAspect: a cell's height over its width, about 2 in most terminals.
  /// - Precondition: columns, rows ≥ 1, cellAspect > 0.
  public func fit(inColumns columns: Int, rows: Int, cellAspect: Double = 2) -> (columns: Int, rows: Int) {
    Self.fit(width: width, height: height, inColumns: columns, rows: rows, cellAspect: cellAspect)
  }

  /// As above, for a picture of a given size that need not be decoded yet.
  public static func fit(
    width: Int, height: Int, inColumns columns: Int, rows: Int, cellAspect: Double = 2
  ) -> (columns: Int, rows: Int) {
    precondition(columns >= 1 && rows >= 1 && cellAspect > 0, "no picture fits in \(columns)×\(rows) cells")
    // Columns that as many rows of the picture take.
    let columnsPerRow = Double(width) / Double(height) * cellAspect
    if Double(rows) * columnsPerRow <= Double(columns) {
      return (min(max(Int((Double(rows) * columnsPerRow).rounded()), 1), columns), rows)
    }
    return (columns, min(max(Int((Double(columns) / columnsPerRow).rounded()), 1), rows))
  }
}
