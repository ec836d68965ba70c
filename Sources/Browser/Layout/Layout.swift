import Terminal

/// Where everything goes, from the size of the screen and what is open. Empty rectangles are not drawn.
struct Layout: Equatable {
  /// How much room there is.
  enum Form: Equatable {
    /// List, preview, captions and probabilities beside each other.
    case full
    /// One column: name, preview, caption.
    case narrow
    /// Some twenty columns by five rows: the name, and the caption or else the preview.
    case tiny
  }

  let form: Form
  private(set) var header = Layout.none
  /// What a lesson says, below the header.
  private(set) var lesson = Layout.none
  private(set) var list = Layout.none
  private(set) var title = Layout.none
  private(set) var preview = Layout.none
  /// The line above the captions.
  private(set) var rule = Layout.none
  /// The chosen caption in full, and its word's numbers.
  private(set) var caption = Layout.none
  /// One line a sample.
  private(set) var samples = Layout.none
  private(set) var alternatives = Layout.none
  private(set) var status = Layout.none
  private(set) var hints = Layout.none
  /// Small pictures, when they are shown.
  private(set) var grid = Layout.none
  /// The middle of the screen, for the compare view.
  private(set) var body = Layout.none
  /// The first photo and the first sample shown.
  private(set) var listTop = 0
  private(set) var samplesTop = 0

  private static let none = Rect(row: 0, column: 0, rows: 0, columns: 0)

  var listRows: Int { list.isEmpty ? max(1, preview.rows) : list.rows }
  /// Where lines are typed and questions asked: in place of the hints or, where there are none, over the body's last line.
  var promptLine: Rect { hints.isEmpty ? body.splitBottom(1).bottom : hints }
  /// Help takes the body, or the whole screen where that is small.
  var help: Rect { body.rows >= 6 ? body : Rect(row: 0, column: 0, rows: body.bottom, columns: body.columns) }

  init(_ model: BrowserModel) {
    let (columns, rows) = (model.display.size.columns, model.display.size.rows)
    form = columns >= 64 && rows >= 16 ? .full : columns >= 30 && rows >= 8 ? .narrow : .tiny
    var rest = Rect(row: 0, column: 0, rows: rows, columns: columns)
    if form == .full { (rest, hints) = rest.splitBottom(1) }
    let statusRows = min(max(1, rows - 1), StatusText.lines(model, columns: columns).count)
    (rest, status) = rest.splitBottom(statusRows)
    (header, body) = rest.splitTop(1)
    if form != .tiny {
      (lesson, body) = body.splitTop(min(LessonLines.lines(model, columns: columns).count, body.rows / 3))
    }
    if model.views.isGrid { grid = body }
    switch form {
    case _ where model.views.isGrid: break
    case .full: layOutFull(model)
    case .narrow: layOutNarrow(model)
    case .tiny: layOutTiny(model)
    }
    listTop = Self.top(selected: model.photos.selection, count: model.photos.count, rows: list.rows)
    if let record = model.record {
      samplesTop = Self.top(selected: record.chosen, count: record.entries.count, rows: samples.rows)
    }
  }

  private mutating func layOutFull(_ model: BrowserModel) {
    var main = body
    if !model.views.isZoomed {
      let width = min(max(body.columns * 3 / 10, 18), 36)
      (list, main) = body.splitLeft(width)
      // A column for the line between.
      main = main.splitLeft(1).rest
    }
    (title, main) = main.splitTop(1)
    var lower: Rect
    if model.views.isZoomed {
      (preview, lower) = main.splitBottom(3)
    } else {
      (preview, lower) = main.splitBottom(Self.captionRows(body: body.rows))
    }
    (rule, lower) = lower.splitTop(1)
    if !model.views.isZoomed, lower.columns < 72, list.columns >= 22, lower.rows >= 5, model.record?.currentWord != nil
    {
      // Too narrow for two panes beside each other: the words that could have been stand under the list.
      (list, alternatives) = list.splitBottom(lower.rows + 1)
      alternatives = alternatives.splitTop(1).rest.inset(columns: 1)
    } else if !model.views.isZoomed, lower.columns >= 72, model.record?.currentWord != nil {
      let width = min(max(lower.columns * 2 / 5, 30), 44)
      (lower, alternatives) = lower.splitLeft(lower.columns - width - 1)
      alternatives.column += 1
      alternatives.columns = width
    }
    (caption, samples) = lower.splitTop(Self.chosenRows(model, in: lower))
    preview = preview.inset(columns: 1)
    (caption, samples) = (caption.inset(columns: 1), samples.inset(columns: 1))
    list = list.splitTop(list.rows).top
  }

  /// Five samples, two lines of the chosen one and its numbers, when there is room; never more than half.
  private static func captionRows(body: Int) -> Int { min(body >= 30 ? 11 : 9, max(4, body * 2 / 5)) }

  /// The chosen caption in two lines if it needs them, and two lines of numbers; some samples stay in sight.
  private static func chosenRows(_ model: BrowserModel, in rect: Rect) -> Int {
    guard let record = model.record else { return min(3, rect.rows) }
    if record.entries.count == 1 { return rect.rows }
    let lines = WordFlow.lineCount(record.words(record.chosen), columns: rect.columns - 2)
    return min(min(lines, 2) + 2, max(2, rect.rows - 3))
  }

  private mutating func layOutNarrow(_ model: BrowserModel) {
    title = header
    header = Self.none
    guard let record = model.record, !model.views.isZoomed else {
      preview = body
      return
    }
    // The words and the current one's numbers.
    let needed = WordFlow.lineCount(record.words(record.chosen), columns: body.columns - 2) + 2
    (preview, caption) = body.splitBottom(min(needed, body.rows / 2))
    caption = caption.inset(columns: 1)
  }

  private mutating func layOutTiny(_ model: BrowserModel) {
    title = header
    header = Self.none
    if model.record != nil, !model.views.isZoomed { caption = body } else { preview = body }
  }

  /// The first row shown so that the selected one is, kept in the middle where possible.
  static func top(selected: Int, count: Int, rows: Int) -> Int {
    min(max(0, selected - rows / 2), max(0, count - rows))
  }
}
