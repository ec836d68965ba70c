import Terminal

/// Where the compare view's columns go. The first caption, which the others are compared with, stays at the left when
/// the rest do not fit and scroll.
struct CompareLayout: Equatable {
  struct Column: Equatable {
    /// The caption's place in its record.
    let index: Int
    let rect: Rect
  }

  let body: Rect
  private(set) var columns: [Column] = []
  /// The captions shown besides the first.
  private(set) var scrolled: Range<Int> = 0..<0

  /// Narrower, neither a picture nor words beside numbers can be made out.
  private static let narrowest = 25

  init(captions: Int, chosen: Int, in body: Rect) {
    self.body = body
    guard captions > 0, !body.isEmpty else { return }
    let shown = max(1, min(captions, (body.columns + 1) / (Self.narrowest + 1)))
    let indices: [Int]
    if shown == 1 {
      indices = [chosen]
      scrolled = chosen..<chosen + 1
    } else {
      let first = 1 + Layout.top(selected: max(0, chosen - 1), count: captions - 1, rows: shown - 1)
      scrolled = first..<first + shown - 1
      indices = [0] + Array(scrolled)
    }
    for (slot, index) in indices.enumerated() {
      // What does not divide evenly goes to the columns at the left.
      let (left, right) = (slot * (body.columns + 1) / shown, (slot + 1) * (body.columns + 1) / shown)
      columns.append(
        Column(
          index: index,
          rect: Rect(row: body.row, column: body.column + left, rows: body.rows, columns: right - left - 1)))
    }
  }
}

/// How the rows of one column of the compare view are shared out.
struct CompareRows: Equatable {
  var head: Rect
  var picture: Rect
  var words: Rect
  var alternatives: Rect

  /// Fewer rows show nothing of a photo.
  private static let leastPicture = 4
  private static let leastAlternatives = 3

  /// - Parameters:
  ///   - words: rows of words there are.
  ///   - picture: rows the photo would take at the column's width.
  init(words count: Int, picture wanted: Int, in rect: Rect) {
    let none = Rect(row: rect.row, column: rect.column, rows: 0, columns: 0)
    (picture, alternatives) = (none, none)
    let rest: Rect
    (head, rest) = rect.splitTop(rect.rows >= 8 ? 2 : 1)
    if rest.rows < 12, rect.columns >= 38 {
      let (left, right) = rest.splitLeft(rect.columns * 9 / 20)
      (picture, words) = (left, right.inset(columns: 1))
      return
    }
    let wordRows = min(count, max(5, rest.rows / 2))
    let pictureRows = min(wanted, rest.rows - wordRows - 1)
    guard pictureRows >= Self.leastPicture else {
      words = rest
      return
    }
    let below: Rect
    (picture, below) = rest.splitTop(pictureRows)
    let (text, last) = below.splitTop(1).rest.splitTop(min(count, below.rows - 1))
    words = text
    let others = last.splitTop(1).rest
    if others.rows >= Self.leastAlternatives { alternatives = others }
  }
}
