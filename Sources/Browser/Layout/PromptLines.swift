import Terminal

/// Pieces of text beside each other, in as many lines as they need, and what pressing each does.
struct PromptLines: Equatable {
  /// A piece, in two parts that are drawn differently, and its place.
  struct Piece: Equatable {
    let key: String
    let text: String
    /// Pressing it is pressing this.
    let press: Key?
    fileprivate(set) var line = 0
    fileprivate(set) var column = 0

    init(key: String, text: String, press: Key?) { (self.key, self.text, self.press) = (key, text, press) }

    var columns: Int { TextWidth.of(key) + (key.isEmpty || text.isEmpty ? 0 : 1) + TextWidth.of(text) }
  }

  private(set) var pieces: [Piece] = []
  private(set) var lineCount = 1

  /// The line of hints: as many as fit, closer together where that lets all of them in; the last, which leaves, is never
  /// left out.
  static func hints(_ model: BrowserModel, columns: Int) -> PromptLines {
    var hints = Hints.list(model).map { Piece(key: $0.key, text: $0.hint, press: $0.press) }
    func width(_ gap: Int) -> Int { hints.reduce(1 - gap) { $0 + $1.columns + gap } }
    let gap = width(3) <= columns ? 3 : 2
    while hints.count > 1, width(gap) > columns { hints.remove(at: hints.count - 2) }
    var lines = PromptLines()
    lines.place(hints, from: 1, gap: gap, columns: .max)
    return lines
  }

  /// A question and its answers: in one line where that is wide enough, else a long question above the answers.
  static func question(_ confirmation: Confirmation, columns: Int) -> PromptLines {
    let indent = columns >= 64 ? 1 : 0
    let answers = confirmation.answers.map { Piece(key: $0.key, text: $0.meaning, press: $0.press) }
    let room = columns - 2 * indent
    let width = TextWidth.of(confirmation.question)
    let isShort = width < room / 3 || answers.reduce(width) { $0 + 2 + $1.columns } <= room
    var lines = PromptLines()
    let texts = isShort ? [confirmation.question] : TextWidth.wrap(confirmation.question, columns: max(1, room))
    for (line, text) in texts.enumerated() {
      var piece = Piece(key: "", text: text, press: nil)
      (piece.line, piece.column) = (line, indent)
      lines.pieces.append(piece)
    }
    lines.lineCount = texts.count + (isShort ? 0 : 1)
    lines.place(answers, from: indent, after: isShort ? width + 2 : 0, gap: 2, columns: columns)
    return lines
  }

  /// The row of the first line, the last being at a row where there is room for all above it.
  func top(last row: Int) -> Int { max(0, row - lineCount + 1) }

  /// Puts pieces on the last line from a column on, the first so many columns behind it, and on more lines where they do
  /// not fit.
  private mutating func place(_ new: [Piece], from start: Int, after used: Int = 0, gap: Int, columns: Int) {
    var column = start + used
    for var piece in new {
      if column > start, column + piece.columns > columns {
        (column, lineCount) = (start, lineCount + 1)
      }
      (piece.line, piece.column) = (lineCount - 1, column)
      pieces.append(piece)
      column += piece.columns + gap
    }
  }

  /// The piece at a place.
  func piece(line: Int, column: Int) -> Piece? {
    pieces.first { $0.line == line && ($0.column..<$0.column + $0.columns).contains(column) }
  }
}
