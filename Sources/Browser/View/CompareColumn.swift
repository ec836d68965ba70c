import Captioning
import Files
import Glibc
import Raster
import Reports
import Terminal

/// One caption of several in columns: what it is, the photo under its map, its words, and what else could have been drawn.
struct CompareColumn {
  let view: BrowserView
  /// All that are in sight or compared with; the first is what the others are compared with.
  let captions: [ComparedCaption]
  /// Which of them this is.
  let index: Int
  let comparison: Comparison
  /// The row of words all columns show the attention of.
  let row: Int?

  private var caption: ComparedCaption { captions[index] }
  private var isReference: Bool { index == 0 }

  /// The place of the word in the current row.
  private var currentWord: Int? { row.flatMap { comparison.rows[$0][index] } }

  private var word: CaptionWord? {
    guard !caption.isOutdated, let place = currentWord else { return nil }
    return caption.toldWords.indices.contains(place) ? caption.toldWords[place] : nil
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
        preview, path: photo.path, map: map, hidden: caption.told?.hidden, in: rows.picture,
        place: caption.place, view, on: &canvas)
    }
    if let problem = caption.problem { return draw(problem, in: rows.words, on: &canvas) }
    drawWords(in: rows.words, on: &canvas)
    if let word { AlternativesPane.draw(word, in: rows.alternatives, view, on: &canvas) }
    drawFilmstrip(in: rows.filmstrip, on: &canvas)
  }

  /// Every word's picture, small, where there is room left.
  private func drawFilmstrip(in rect: Rect, on canvas: inout Canvas) {
    guard !caption.toldWords.isEmpty, !rect.isEmpty, let photo = view.model.photo,
      let preview = view.model.pictures.previews.peek(photo.path)
    else { return }
    let layout = FilmstripLayout(
      words: caption.toldWords.count, current: currentWord ?? 0, photo: (preview.width, preview.height), narrowest: 7,
      sizedFor: captions.map(\.toldWords.count).max(), in: rect)
    FilmstripPane.draw(
      layout, words: caption.toldWords, current: currentWord, firstPlace: 1000 * caption.place, view, on: &canvas)
  }

  private func draw(_ problem: String, in rect: Rect, on canvas: inout Canvas) {
    let lines = TextWidth.wrapEnds(problem, columns: rect.columns, atMost: rect.rows, ellipsis: view.marks.ellipsis)
    for (row, line) in lines.enumerated() {
      canvas.write(line, row: rect.row + row, column: rect.column, view.theme[.error])
    }
  }

  // MARK: - The head

  private func drawHead(in rect: Rect, on canvas: inout Canvas) {
    let (line, below) = rect.splitTop(1)
    let style = caption.isChosen ? view.theme[.selection] : view.theme[.title]
    canvas.fill(line, " ", style)
    let sum = caption.told.map { WordNumbers.logText($0.logProbability, view) } ?? ""
    let pointer = caption.isChosen ? view.marks.pointer : " "
    let name = below.isEmpty ? "" : "  \(caption.name)"
    let text = TextWidth.fit(
      "\(pointer)\(caption.number)\(name)", columns: line.columns - sum.count - 1, ellipsis: view.marks.ellipsis)
    canvas.write(text, row: line.row, column: line.column, style)
    canvas.write(sum, row: line.row, column: line.end - TextWidth.of(sum), style)
    guard !below.isEmpty else { return }
    let details = caption.details.map { " " + $0 }
    let shown = details.first { TextWidth.of($0) <= below.columns } ?? details[details.count - 1]
    let detail = TextWidth.fit(shown, columns: below.columns, ellipsis: view.marks.ellipsis)
    canvas.write(detail, row: below.row, column: below.column, view.theme[.muted])
  }

  // MARK: - The words

  private func drawWords(in rect: Rect, on canvas: inout Canvas) {
    let first = Layout.top(selected: row ?? 0, count: comparison.rows.count, rows: rect.rows)
    for offset in 0..<min(rect.rows, comparison.rows.count - first) {
      let line = Rect(row: rect.row + offset, column: rect.column, rows: 1, columns: rect.columns)
      let place = comparison.rows[first + offset][index]
      let partner = comparison.rows[first + offset][0].map { captions[0].words[$0] }
      let text = place.map { caption.words[$0] }
      draw(
        text, number: place.flatMap(probability), difference: place.flatMap(difference),
        style: style(ofWord: place, isSame: text == partner), isCurrent: first + offset == row, in: line, on: &canvas)
    }
  }

  /// Greedy draws from one word alone, which says nothing: its words have their probability among all.
  private func probability(ofWord place: Int) -> Float? {
    guard let told = caption.told, told.words.indices.contains(place) else { return nil }
    let word = told.words[place]
    return told.settings.mode == .greedy ? exp(word.logProbability) : word.probability
  }

  private func difference(ofWord place: Int) -> Float? {
    caption.differences.flatMap { $0.indices.contains(place) ? $0[place] : nil }
  }

  /// How different from the first column's a word must be, in nats, to stand out: twice or half as likely.
  static let largeDifference = Float(log(2.0))

  /// Words that differ from the first column's are bold, the others step back; the first column's own do neither. Where
  /// words are the same and their probabilities told, the one that differs most has another colour.
  private func style(ofWord place: Int?, isSame: Bool) -> Style {
    let theme = view.theme
    if isReference { return theme[.text] }
    guard let place, let difference = difference(ofWord: place) else {
      return isSame ? theme[.muted] : theme[.text].with(.bold)
    }
    let isLarge = abs(difference) >= Self.largeDifference
    if place == caption.partingWord, difference != 0 { return theme[.warning].with(isLarge ? .bold : []) }
    return isLarge ? theme[.text].with(.bold) : theme[.muted]
  }

  /// A word with its probability as a bar and a number, and how much likelier it is than in the first column.
  private func draw(
    _ text: String?, number: Float?, difference: Float?, style wordStyle: Style, isCurrent: Bool, in line: Rect,
    on canvas: inout Canvas
  ) {
    let theme = view.theme
    let style = isCurrent ? theme[caption.isChosen ? .highlight : .selection] : wordStyle
    if isCurrent { canvas.fill(line, " ", style) }
    var digits = number.map { Figures.probability($0) } ?? ""
    if let difference, line.columns >= 22 {
      let signed = view.signed(difference)
      digits = String(repeating: " ", count: max(0, 6 - TextWidth.of(signed))) + "\(signed) \(digits)"
    }
    let width = TextWidth.of(digits)
    let room = line.columns - (digits.isEmpty ? 0 : width + 1)
    let shown = text ?? String(view.marks.separator)
    canvas.write(
      TextWidth.fit(shown, columns: room, ellipsis: view.marks.ellipsis), row: line.row, column: line.column,
      text == nil && !isCurrent ? theme[.muted] : style)
    guard let number else { return }
    canvas.write(digits, row: line.row, column: line.end - width, isCurrent ? style : theme[.muted])
    let left = 13
    let barWidth = line.columns - left - width - 1
    guard barWidth >= 4, TextWidth.of(shown) < left else { return }
    let bar = AlternativesPane.bar(number, columns: barWidth, view.marks)
    canvas.write(bar, row: line.row, column: line.column + left, isCurrent ? style : theme[.bar])
  }
}

extension BrowserView {
  /// A difference with its sign, to two places.
  func signed(_ value: Float) -> String {
    let text = Figures.fixed(abs(value), 2)
    return text == "0.00" ? text : (value < 0 ? marks.minus : "+") + text
  }
}
