import Terminal

/// Where small pictures go: so many beside each other, so many rows, each with a name under it.
struct GridLayout: Equatable {
  let rect: Rect
  let perRow: Int
  let rows: Int
  /// The first photo shown.
  let first: Int
  /// How many rows of the screen the pictures take.
  private let used: Int

  /// About how wide a picture is: the least where there are many photos, the most where there are few.
  private static let widths = 20...60

  init(in rect: Rect, selection: Int, count: Int) {
    self.rect = rect
    func height(_ perRow: Int) -> Int { max(2, rect.columns / perRow * 2 / 5 + 1) }
    func rows(_ perRow: Int) -> Int { rect.rows / height(perRow) }
    let most = max(1, rect.columns / Self.widths.lowerBound)
    let least = max(1, rect.columns / Self.widths.upperBound)
    // As large as they can be with all of them in sight.
    perRow = (least...most).first { $0 * rows($0) >= count } ?? most
    self.rows = max(1, rows(perRow))
    // Where all are in sight, names stay close to their pictures; else the pictures fill the screen.
    used = count <= perRow * self.rows ? min(rect.rows, height(perRow) * self.rows) : rect.rows
    let lines = (count + perRow - 1) / perRow
    first = Layout.top(selected: selection / perRow, count: lines, rows: self.rows) * perRow
  }

  var capacity: Int { perRow * rows }

  /// The place of a photo's picture and name; nil where it is not in sight.
  func cell(_ index: Int) -> Rect? {
    guard index >= first, index < first + capacity else { return nil }
    let (row, column) = ((index - first) / perRow, (index - first) % perRow)
    let (top, bottom) = (row * used / rows, (row + 1) * used / rows)
    let (left, right) = (column * rect.columns / perRow, (column + 1) * rect.columns / perRow)
    return Rect(row: rect.row + top, column: rect.column + left, rows: bottom - top, columns: right - left)
  }

  /// Of the smallest cells, so that a picture fits any of them.
  var pictureSize: Size {
    Size(columns: max(1, rect.columns / perRow - 2), rows: max(1, used / rows - 1))
  }
}
