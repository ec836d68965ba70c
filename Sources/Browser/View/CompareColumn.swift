import Captioning
import Files
import Glibc
import Raster
import Reports
import Terminal

/// One caption of the compare view: its settings, the photo under its map, its words, and what else could have been
/// drawn.
struct CompareColumn {
  let view: BrowserView
  let record: CaptionRecord
  let index: Int
  let comparison: Comparison
  /// The row of words all columns show the attention of.
  let row: Int?
  /// Whether the others are compared with this one.
  let isReference: Bool

  private var entry: CaptionRecord.Entry { record.entries[index] }
  private var isChosen: Bool { index == record.chosen }

  /// The word in the current row.
  private var word: CaptionWord? {
    guard !entry.isOutdated, let place = row.flatMap({ comparison.rows[$0][index] }) else {
      return nil
    }
    return entry.toldWords.indices.contains(place) ? entry.toldWords[place] : nil
  }

  func draw(in rect: Rect, on canvas: inout Canvas) {
    let inner = rect.inset(columns: rect.columns >= 24 ? 1 : 0)
    guard !inner.isEmpty else { return }
    let preview = view.model.photo.flatMap { view.model.pictures.previews.peek($0.path) }
    let wanted = preview.map { $0.image.fit(inColumns: inner.columns, rows: max(1, inner.rows)).rows } ?? 0
    let rows = CompareRows(words: comparison.rows.count, picture: wanted, in: inner)
    drawHead(in: rows.head, on: &canvas)
    if let preview, let photo = view.model.photo, !rows.picture.isEmpty {
      let map = view.model.appearance.look.isOn ? word?.attention : nil
      PreviewPane.draw(
        preview, path: photo.path, map: map, hidden: entry.told?.hidden, in: rows.picture,
        place: entry.id + 1, view, on: &canvas)
    }
    drawWords(in: rows.words, on: &canvas)
    if let word { AlternativesPane.draw(word, in: rows.alternatives, view, on: &canvas) }
    drawFilmstrip(in: rows.filmstrip, on: &canvas)
  }

  /// Every word's picture, small, where there is room left.
  private func drawFilmstrip(in rect: Rect, on canvas: inout Canvas) {
    guard !entry.toldWords.isEmpty, !rect.isEmpty, let photo = view.model.photo,
      let preview = view.model.pictures.previews.peek(photo.path)
    else { return }
    let current = row.flatMap { comparison.rows[$0][index] }
    let layout = FilmstripLayout(
      words: entry.toldWords.count, current: current ?? 0, photo: (preview.width, preview.height), narrowest: 7,
      sizedFor: record.entries.map(\.toldWords.count).max(), in: rect)
    FilmstripPane.draw(
      layout, words: entry.toldWords, current: current, firstPlace: 1000 * (entry.id + 1), view, on: &canvas)
  }

  // MARK: - The head

  private func drawHead(in rect: Rect, on canvas: inout Canvas) {
    let (line, below) = rect.splitTop(1)
    let style = isChosen ? view.theme[.selection] : view.theme[.title]
    canvas.fill(line, " ", style)
    let sum = entry.told.map { WordNumbers.logText($0.logProbability, view) } ?? ""
    let pin = entry.origin == .pinned ? " \(view.marks.pin)" : ""
    let pen = entry.edit == nil ? "" : " \(view.marks.pen)"
    let pointer = isChosen ? view.marks.pointer : " "
    let settings = below.isEmpty ? "" : "  \(name)"
    let text = TextWidth.fit(
      "\(pointer)\(index + 1)\(pin)\(pen)\(settings)", columns: line.columns - sum.count - 1,
      ellipsis: view.marks.ellipsis)
    canvas.write(text, row: line.row, column: line.column, style)
    canvas.write(sum, row: line.row, column: line.end - TextWidth.of(sum), style)
    guard !below.isEmpty else { return }
    let detail = TextWidth.fit(detail, columns: below.columns, ellipsis: view.marks.ellipsis)
    canvas.write(detail, row: below.row, column: below.column, view.theme[.muted])
  }

  private var name: String {
    if entry.edit != nil { return "edited by hand" }
    if entry.origin == .asked { return AskedWords.short(of: entry) }
    if entry.told?.isRecited == true { return "from its text file, recited" }
    return entry.told.map { StatusText.mode($0.settings.mode) } ?? "from its text file"
  }

  private var detail: String {
    let count = "\(entry.told?.words.count ?? entry.shownWords.count) words"
    guard let settings = entry.told?.settings, settings.mode == .sample else { return " \(count)" }
    return " k \(settings.topK)  T \(StatusText.number(settings.temperature))  seed \(settings.seed)"
  }

  // MARK: - The words

  private func drawWords(in rect: Rect, on canvas: inout Canvas) {
    let words = record.words(index)
    let first = Layout.top(selected: row ?? 0, count: comparison.rows.count, rows: rect.rows)
    for offset in 0..<min(rect.rows, comparison.rows.count - first) {
      let line = Rect(row: rect.row + offset, column: rect.column, rows: 1, columns: rect.columns)
      let place = comparison.rows[first + offset][index]
      let partner = comparison.rows[first + offset][0].map { record.words(0)[$0] }
      let text = place.map { words[$0] }
      draw(
        text, number: entry.told == nil ? nil : place.flatMap(probability),
        isDifferent: !isReference && text != partner, isCurrent: first + offset == row, in: line, on: &canvas)
    }
  }

  /// Greedy draws from one word alone, which says nothing: its words have their probability among all.
  private func probability(ofWord place: Int) -> Float? {
    guard let caption = entry.told else { return nil }
    let word = caption.words[place]
    return caption.settings.mode == .greedy ? exp(word.logProbability) : word.probability
  }

  /// A word with its probability as a bar and a number. Words that differ from the first caption's are bold, the others
  /// step back; the first caption's own do neither.
  private func draw(
    _ text: String?, number: Float?, isDifferent: Bool, isCurrent: Bool, in line: Rect, on canvas: inout Canvas
  ) {
    let theme = view.theme
    var style = isReference ? theme[.text] : isDifferent ? theme[.text].with(.bold) : theme[.muted]
    if isCurrent { style = theme[isChosen ? .highlight : .selection] }
    if isCurrent { canvas.fill(line, " ", style) }
    let digits = number.map { Figures.probability($0) } ?? ""
    let room = line.columns - (digits.isEmpty ? 0 : digits.count + 1)
    let shown = text ?? String(view.marks.separator)
    canvas.write(
      TextWidth.fit(shown, columns: room, ellipsis: view.marks.ellipsis), row: line.row, column: line.column,
      text == nil && !isCurrent ? theme[.muted] : style)
    guard let number else { return }
    canvas.write(digits, row: line.row, column: line.end - digits.count, isCurrent ? style : theme[.muted])
    let left = 13
    let width = line.columns - left - digits.count - 1
    guard width >= 4, TextWidth.of(shown) < left else { return }
    let bar = AlternativesPane.bar(number, columns: width, view.marks)
    let color = isCurrent ? style : theme[.bar]
    canvas.write(bar, row: line.row, column: line.column + left, color)
  }
}
