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
    // All of one width, so that pictures and rows of words stay level.
    let width = (body.columns + 1) / shown
    columns = indices.enumerated().map { slot, index in
      let left = body.column + slot * width
      return Column(index: index, rect: Rect(row: body.row, column: left, rows: body.rows, columns: width - 1))
    }
  }
}

/// How the rows of one column of the compare view are shared out.
struct CompareRows: Equatable {
  var head: Rect
  var picture: Rect
  var words: Rect
  var alternatives: Rect
  /// What is left over.
  var filmstrip: Rect

  /// Fewer rows show nothing of a photo.
  private static let leastPicture = 4
  private static let leastAlternatives = 3
  private static let wantedAlternatives = 6
  private static let mostAlternatives = 10
  private static let leastFilmstrip = 5
  private static let largePicture = 10

  /// - Parameters:
  ///   - words: rows of words there are.
  ///   - picture: rows the photo would take at the column's width.
  init(words count: Int, picture wanted: Int, in rect: Rect) {
    let none = Rect(row: rect.row, column: rect.column, rows: 0, columns: 0)
    (picture, alternatives, filmstrip) = (none, none, none)
    let rest: Rect
    (head, rest) = rect.splitTop(rect.rows >= 8 ? 2 : 1)
    if rest.rows < 12, rect.columns >= 38 {
      let (left, right) = rest.splitLeft(rect.columns * 9 / 20)
      (picture, words) = (left, right.inset(columns: 1))
      return
    }
    let wordRows = min(count, max(5, rest.rows / 2))
    let room = rest.rows - wordRows - 1
    // A large picture gives up some of its room to the words that could have been drawn.
    let pictureRows = min(wanted, max(room - 1 - Self.wantedAlternatives, min(room, Self.largePicture)))
    guard pictureRows >= Self.leastPicture else {
      words = rest
      return
    }
    let below: Rect
    (picture, below) = rest.splitTop(pictureRows)
    let (text, last) = below.splitTop(1).rest.splitTop(min(count, below.rows - 1))
    words = text
    let others = last.splitTop(1).rest
    guard others.rows >= Self.leastAlternatives else { return }
    (alternatives, filmstrip) = others.splitTop(Self.mostAlternatives)
    filmstrip = filmstrip.splitTop(1).rest
    if filmstrip.rows < Self.leastFilmstrip { filmstrip = none }
  }
}
