import Captioning
import Reports
import Terminal

/// What the status line says: where one is and how captions are drawn.
enum StatusText {
  /// Piece by piece.
  static func pieces(_ model: BrowserModel) -> [String] {
    let settings = model.captions.settings
    return [
      model.photos.placeText, "k \(settings.topK)", "T " + number(settings.temperature), "seed \(settings.seed)",
      mode(model), model.isBusy ? "busy" : "ready",
    ]
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
  static func lines(_ model: BrowserModel, columns: Int) -> [[String]] {
    let gap = gap(columns)
    var lines: [[String]] = [[]]
    var used = margin(columns)
    for piece in pieces(model) {
      let width = TextWidth.of(piece) + gap
      if used + width - gap > columns, !lines[lines.count - 1].isEmpty {
        lines.append([])
        used = margin(columns)
      }
      lines[lines.count - 1].append(piece)
      used += width
    }
    return lines
  }

  /// Columns before the first piece of a line.
  static func margin(_ columns: Int) -> Int { columns >= 40 ? 1 : 0 }
  /// Columns between pieces.
  static func gap(_ columns: Int) -> Int { columns >= 60 ? 3 : columns >= 46 ? 2 : 1 }
}
