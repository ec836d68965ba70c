import Captioning
import Files
import Reports
import Terminal

/// What the status line says: where one is and how captions are drawn.
enum StatusText {
  /// A piece of it.
  struct Piece: Equatable {
    let text: String
    /// What pressing it does.
    var action: Action?
  }

  static func pieces(_ model: BrowserModel) -> [Piece] {
    let settings = model.captions.settings
    return [
      Piece(text: placeText(model)), Piece(text: "k \(settings.topK)", action: .type(.topK)),
      Piece(text: "T " + number(settings.temperature), action: .type(.temperature)),
      Piece(text: "seed \(settings.seed)", action: .type(.seed)), Piece(text: mode(model), action: .mode),
    ] + prompt(settings) + (model.lesson.map { [Piece(text: $0.placeText)] } ?? []) + progress(model) + [
      Piece(text: model.isBusy ? "busy" : "ready")
    ]
  }

  private static func prompt(_ settings: DecodingSettings) -> [Piece] {
    settings.promptInWords.map { [Piece(text: TextWidth.safe($0))] } ?? []
  }

  /// Where one is; on screens without a header, among what, where that fits as a whole.
  private static func placeText(_ model: BrowserModel) -> String {
    let (size, place) = (model.display.size, model.photos.placeText)
    if model.filter == .all || (size.columns >= 64 && size.rows >= 16) { return place }
    let long = "\(place) \(model.filter.rawValue)"
    return TextWidth.of(long) + margin(size.columns) <= size.columns ? long : place
  }

  /// How far work on many photos is.
  private static func progress(_ model: BrowserModel) -> [Piece] {
    if let saving = model.saving { return [Piece(text: "\(saving.verb) \(saving.reached)/\(saving.total)")] }
    guard let queue = model.captions.queue else { return [] }
    // Short, so that 80 columns have room for the time left.
    let verb = queue.isRunning ? "drawing" : "stopped"
    return [Piece(text: "\(verb) \(queue.reached)/\(queue.total)", action: .captionAll)]
  }

  /// The mode and, where there is room, how many samples it draws.
  private static func mode(_ model: BrowserModel) -> String {
    let settings = model.captions.settings
    let mode = mode(settings.mode)
    guard settings.mode == .sample, model.display.size.columns >= 30 else { return mode }
    return "\(mode) \(model.display.glyphs.unicode ? "×" : "x")\(settings.samples)"
  }

  static func mode(_ mode: DecodingSettings.Mode) -> String {
    switch mode {
    case .sample: "sample"
    case .greedy: "greedy"
    case .beam(let width): "beam \(width)"
    }
  }

  /// A temperature, with as many decimals as it needs and at least one.
  static func number(_ value: Float) -> String {
    let tenths = (value * 10).rounded() / 10
    return Figures.fixed(value, abs(tenths - value) < 0.0005 ? 1 : 2)
  }

  /// Settings in a few words.
  static func describe(_ settings: DecodingSettings) -> String {
    switch settings.mode {
    case .sample: "k \(settings.topK), T \(number(settings.temperature)), seed \(settings.seed)"
    default: mode(settings.mode)
    }
  }

  // MARK: - Lines

  /// The pieces in lines no longer than the screen is wide.
  static func lines(_ model: BrowserModel, columns: Int) -> [[Piece]] {
    let gap = gap(columns)
    var lines: [[Piece]] = [[]]
    var used = margin(columns)
    for piece in pieces(model) {
      let width = TextWidth.of(piece.text) + gap
      if used + width - gap > columns, !lines[lines.count - 1].isEmpty {
        lines.append([])
        used = margin(columns)
      }
      lines[lines.count - 1].append(piece)
      used += width
    }
    return lines
  }

  /// The piece at a place of the status line.
  static func piece(row: Int, column: Int, _ model: BrowserModel, in rect: Rect) -> Piece? {
    let lines = lines(model, columns: rect.columns)
    guard lines.indices.contains(row - rect.row) else { return nil }
    var left = rect.column + margin(rect.columns)
    for piece in lines[row - rect.row] {
      let width = TextWidth.of(piece.text)
      if (left..<left + width).contains(column) { return piece }
      left += width + gap(rect.columns)
    }
    return nil
  }

  /// Columns before the first piece of a line.
  static func margin(_ columns: Int) -> Int { columns >= 40 ? 1 : 0 }
  /// Columns between pieces.
  static func gap(_ columns: Int) -> Int { columns >= 60 ? 3 : columns >= 46 ? 2 : 1 }
}
