import Files
import Reports
import Terminal

/// Draws the model: everything that is on the screen follows from it and from the previews painted so far.
struct BrowserView {
  let model: BrowserModel
  let theme: Theme
  let layout: Layout
  let painter: any PreviewPainting

  init(_ model: BrowserModel, painter: any PreviewPainting) {
    self.model = model
    theme = model.appearance.theme.reduced(to: model.display.depth)
    layout = model.layout
    self.painter = painter
  }

  var marks: GlyphSupport.Marks { model.display.glyphs.marks }

  func draw() -> Canvas {
    painter.beginScreen()
    var canvas = Canvas(size: model.display.size, style: theme[.text])
    if model.views.isHelpOpen {
      HelpPane.draw(self, on: &canvas)
    } else if model.views.isComparing {
      ComparePane.draw(self, on: &canvas)
    } else if model.views.isComparingNetworks {
      NetworksPane.draw(self, on: &canvas)
    } else if model.views.isGrid {
      GridPane.draw(self, on: &canvas)
    } else {
      drawPanes(on: &canvas)
    }
    drawHeader(on: &canvas)
    LessonPane.draw(self, on: &canvas)
    StatusLine.draw(model, theme, in: layout.status, on: &canvas)
    drawBottom(on: &canvas)
    return canvas
  }

  private func drawPanes(on canvas: inout Canvas) {
    ListPane.draw(self, on: &canvas)
    PreviewPane.draw(self, on: &canvas)
    CaptionPane.draw(self, on: &canvas)
    AlternativesPane.draw(self, on: &canvas)
    drawRules(on: &canvas)
  }

  private func drawHeader(on canvas: inout Canvas) {
    guard !layout.header.isEmpty else { return }
    let rect = layout.header
    let used = canvas.write(" gaze", row: rect.row, column: 0, theme[.accent])
    let name = model.views.isSideBySide ? model.photo.map { "  \(marks.separator)  \($0.name)" } ?? "" : ""
    let count =
      switch model.views.main {
      case .comparison: ComparePane.summary(model, layout)
      case .networks: NetworksPane.summary(model, layout)
      default: CountText.text(model, columns: rect.columns / 2)
      }
    let room = rect.columns - used - count.count - 5
    let title = TextWidth.fit(model.folders.title + name, columns: room, ellipsis: marks.ellipsis)
    canvas.write(title, row: rect.row, column: used + 2, theme[.title])
    canvas.write(count, row: rect.row, column: rect.end - count.count - 1, theme[.muted])
  }

  /// The lines between panes, which carry their names.
  private func drawRules(on canvas: inout Canvas) {
    if !layout.list.isEmpty {
      let line = Rect(row: layout.list.row, column: layout.list.end, rows: layout.body.rows, columns: 1)
      canvas.fill(line, marks.vertical, theme[.rule])
    }
    guard !layout.rule.isEmpty else { return }
    canvas.fill(layout.rule, marks.horizontal, theme[.rule])
    heading(CaptionPane.title(model), at: layout.rule, isCurrent: model.views.pane == .captions, on: &canvas)
    if !layout.alternatives.isEmpty, model.record?.currentWord != nil {
      let rect = Rect(
        row: layout.alternatives.row - 1, column: layout.alternatives.column - 1, rows: 1,
        columns: layout.alternatives.columns + 1)
      if rect.column < layout.rule.column { canvas.fill(rect, marks.horizontal, theme[.rule]) }
      heading(alternativesTitle, at: rect, isCurrent: false, on: &canvas)
    }
  }

  private var alternativesTitle: String {
    switch model.prompt {
    case .hide: "Falls of log-prob."
    case .branch(let choice): "Instead of \(choice.caption.words[choice.word].word)"
    default: "Likeliest words"
    }
  }

  private func heading(_ text: String, at rect: Rect, isCurrent: Bool, on canvas: inout Canvas) {
    let text = TextWidth.fit(" \(text) ", columns: rect.columns - 2, ellipsis: marks.ellipsis)
    canvas.write(text, row: rect.row, column: rect.column + 1, theme[isCurrent ? .accent : .title])
  }

  // MARK: - The last line

  /// What is typed, a notice or else hints; where there is no line for them, over the last line above the status.
  private func drawBottom(on canvas: inout Canvas) {
    let rect = layout.promptLine
    guard !rect.isEmpty else { return }
    switch model.prompt {
    case .search(let editor, _): return drawSearch(editor, in: rect, on: &canvas)
    case .edit(let edit) where layout.caption.isEmpty || layout.form != .full || model.views.isSideBySide:
      return drawField("edit: ", edit.editor, in: rect, on: &canvas)
    case .number(let setting, let editor):
      return drawField(setting.label(topKs: model.captions.topKs), editor, in: rect, on: &canvas)
    case .say(let editor): return drawField("say: ", editor, in: rect, on: &canvas)
    case .branch(let choice) where layout.alternatives.isEmpty || layout.hints.isEmpty:
      return drawChoice(choice, in: rect, on: &canvas)
    case .confirm(let confirmation): return drawQuestion(confirmation, in: rect, on: &canvas)
    case .edit, .branch, .hide, nil: break
    }
    if !layout.hints.isEmpty {
      let hints = PromptLines.hints(model, columns: rect.columns)
      draw(hints, row: rect.row, (theme[.title], theme[.muted]), on: &canvas)
    }
    if let notice = model.notice { draw(notice, on: &canvas) }
  }

  /// A notice has the line of the hints or, where that is none or too short, as many lines at the foot of the screen as
  /// it needs.
  private func draw(_ notice: Notice, on canvas: inout Canvas) {
    let indent = layout.hints.isEmpty ? 0 : 1
    let fits = TextWidth.of(notice.text) <= layout.hints.columns - 2 * indent
    let place = fits ? layout.hints : layout.body
    let style = theme[notice.kind == .error ? .error : notice.kind == .warning ? .warning : .text]
    let lines = TextWidth.wrapEnds(
      notice.text, columns: place.columns - 2 * indent, atMost: min(place.rows, 3), ellipsis: marks.ellipsis)
    let rect = place.splitBottom(lines.count).bottom
    canvas.fill(rect, " ", style)
    for (row, line) in lines.enumerated() {
      canvas.write(line, row: rect.row + row, column: rect.column + indent, style)
    }
  }

  /// What is searched and, where there is room, how many have it and which of them is shown.
  private func drawSearch(_ editor: LineEditor, in rect: Rect, on canvas: inout Canvas) {
    let count = editor.text.isEmpty ? "" : model.searchPlace
    let hasRoom = TextWidth.of(editor.text) + count.count + 4 <= rect.columns
    drawField("/", editor, in: rect, on: &canvas)
    if hasRoom { canvas.write(count, row: rect.row, column: rect.end - count.count - 1, theme[.muted]) }
  }

  /// A line being typed, scrolled so that the cursor is in sight.
  func drawField(_ label: String, _ editor: LineEditor, in rect: Rect, on canvas: inout Canvas) {
    canvas.fill(rect, " ", theme[.text])
    let used = canvas.write(label, row: rect.row, column: rect.column, theme[.accent])
    let room = rect.columns - used - 1
    guard room > 0 else { return }
    var first = 0
    while TextWidth.of(String(editor.characters[first..<editor.cursor])) > room { first += 1 }
    let left = rect.column + used
    canvas.write(
      String(editor.characters[first...]), row: rect.row, column: left, theme[.text], columns: room + 1)
    let before = TextWidth.of(String(editor.characters[first..<editor.cursor]))
    canvas.cursor = Canvas.Position(row: rect.row, column: left + before)
  }

  /// The word to be taken, where there is no pane for all.
  private func drawChoice(_ choice: BranchChoice, in rect: Rect, on canvas: inout Canvas) {
    canvas.fill(rect, " ", theme[.text])
    let alternative = choice.alternatives[choice.selected]
    let text =
      "\(choice.selected + 1)/\(choice.alternatives.count) \(alternative.word) "
      + "\(Figures.probability(alternative.probability))  Enter greedy  s sampled"
    canvas.write(
      TextWidth.fit(text, columns: rect.columns, ellipsis: marks.ellipsis), row: rect.row, column: rect.column,
      theme[.accent])
  }

  /// From the last line upwards.
  private func drawQuestion(_ confirmation: Confirmation, in rect: Rect, on canvas: inout Canvas) {
    let lines = PromptLines.question(confirmation, columns: rect.columns)
    let top = lines.top(last: rect.row)
    canvas.fill(Rect(row: top, column: rect.column, rows: lines.lineCount, columns: rect.columns), " ", theme[.text])
    draw(lines, row: top, (theme[.title], theme[.text]), on: &canvas)
    for piece in lines.pieces where piece.press == nil {
      canvas.write(piece.text, row: top + piece.line, column: rect.column + piece.column, theme[.warning])
    }
  }

  private func draw(_ lines: PromptLines, row: Int, _ styles: (key: Style, text: Style), on canvas: inout Canvas) {
    for piece in lines.pieces {
      let used = canvas.write(piece.key, row: row + piece.line, column: piece.column, styles.key)
      let gap = used > 0 ? 1 : 0
      canvas.write(piece.text, row: row + piece.line, column: piece.column + used + gap, styles.text)
    }
  }
}
