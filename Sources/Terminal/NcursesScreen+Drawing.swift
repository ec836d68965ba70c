import CNcurses
import Raster

/// From canvases to what ncurses draws.
extension NcursesScreen {
  /// Tells ncurses what differs from what is shown.
  func draw(_ canvas: Canvas) {
    if pairs.prepare(for: Set(canvas.cells.lazy.map { self.colors(of: $0.style) })) { invalidate() }
    let before = shown?.size == canvas.size ? shown : nil
    if before == nil { erase() }
    // Pairs are numbered first and told to ncurses before they are drawn with.
    var updates: [(index: Int, entry: PairTable.Entry)] = []
    for index in canvas.cells.indices where before?.cells[index] != canvas.cells[index] {
      updates.append((index, pairs.entry(for: colors(of: canvas.cells[index].style))))
    }
    for (pair, colors) in pairs.takeUndefined() {
      init_extended_pair(pair, colors.foreground, colors.background)
    }
    for (index, entry) in updates { put(canvas.cells[index], at: index, of: canvas.size, entry) }
  }

  private func put(_ cell: StyledCell, at index: Int, of size: Size, _ entry: PairTable.Entry) {
    guard let character = cell.character else { return }
    var text: [wchar_t] = character.unicodeScalars.map { wchar_t(bitPattern: $0.value) }
    if !glyphs.unicode, !character.isASCII { text = [wchar_t(63)] }
    text.append(0)
    var attributes: attr_t = 0
    if cell.style.attributes.contains(.bold) { attributes |= gaze_bold() }
    if cell.style.attributes.contains(.dim) { attributes |= gaze_dim() }
    if cell.style.attributes.contains(.underline) { attributes |= gaze_underline() }
    if cell.style.attributes.contains(.reverse) != entry.reversed { attributes |= gaze_reverse() }
    if gaze_colors() < 16, case .indexed(let index) = cell.style.foreground, (8...15).contains(index) {
      attributes |= index == 8 ? gaze_dim() : gaze_bold()
    }
    _ = gaze_put(Int32(index / size.columns), Int32(index % size.columns), text, attributes, entry.pair)
  }

  private func colors(of style: Style) -> PairTable.Colors {
    PairTable.Colors(
      foreground: number(style.foreground, isBehind: false), background: number(style.background, isBehind: true))
  }

  /// The number an entry made by `TerminfoEntry.withColors` has for a colour. On 8-colour terminals the brighter eight
  /// are bold, and grey is the terminal's own colour, dimmed.
  private func number(_ color: Cell.Color, isBehind: Bool) -> Int32 {
    switch color {
    case _ where depth == .mono: return -1
    case .standard: return -1
    case .indexed(let index) where depth == .truecolor: return TerminfoEntry.paletteBase + Int32(index)
    case .indexed(8) where gaze_colors() < 16 && !isBehind: return -1
    case .indexed(let index): return gaze_colors() < 16 ? Int32(index & 7) : Int32(index)
    case .rgb(let rgb): return Int32(rgb.red) << 16 | Int32(rgb.green) << 8 | Int32(rgb.blue)
    }
  }
}
