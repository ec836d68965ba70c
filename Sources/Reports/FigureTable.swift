/// Lines with names to the left and numbers to the right, each column named once, as wide as what is in it.
package struct FigureTable {
  package enum Side { case left, right }

  private let columns: [(head: String, side: Side)]
  private var rows: [[String]] = []

  package init(_ columns: [(head: String, side: Side)]) { self.columns = columns }

  /// - Parameter cells: one for each column.
  package mutating func add(_ cells: [String]) {
    precondition(cells.count == columns.count, "\(cells.count) cells for \(columns.count) columns")
    rows.append(cells)
  }

  package var lines: [String] {
    let all = [columns.map(\.head)] + rows
    let widths = columns.indices.map { column in all.map { $0[column].count }.max()! }
    return all.map { cells in
      var line = zip(zip(columns, widths), cells).map { column, cell in
        let space = String(repeating: " ", count: column.1 - cell.count)
        return column.0.side == .left ? cell + space : space + cell
      }.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}
