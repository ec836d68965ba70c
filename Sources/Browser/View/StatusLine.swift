import Captioning
import Foundation
import Terminal

/// The line that always says where one is and how captions are drawn.
enum StatusLine {
  /// What it says, piece by piece.
  static func pieces(_ model: BrowserModel) -> [String] {
    let settings = model.settings
    return [
      model.placeText, "k \(settings.topK)", "T " + number(settings.temperature), "seed \(settings.seed)", mode(model),
      model.isBusy ? "busy" : "ready",
    ]
  }

  /// The mode and, where there is room, how many samples it draws.
  private static func mode(_ model: BrowserModel) -> String {
    let mode = mode(model.settings.mode)
    guard model.settings.mode == .sample, model.size.columns >= 30 else { return mode }
    return "\(mode) \(model.glyphs.unicode ? "×" : "x")\(model.settings.samples)"
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
    return abs(tenths - value) < 0.0005 ? String(format: "%.1f", value) : String(format: "%.2f", value)
  }

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

  static func rows(_ model: BrowserModel, columns: Int) -> Int { lines(model, columns: columns).count }

  static func draw(_ model: BrowserModel, _ theme: Theme, in rect: Rect, on canvas: inout Canvas) {
    let style = theme[.status]
    canvas.fill(rect, " ", style)
    var end = 0
    for (row, pieces) in lines(model, columns: rect.columns).enumerated() where row < rect.rows {
      var column = rect.column + margin(rect.columns)
      for piece in pieces {
        canvas.write(piece, row: rect.row + row, column: column, self.style(of: piece, theme))
        column += TextWidth.of(piece) + gap(rect.columns)
      }
      end = column
    }
    drawStage(model, theme, from: end, in: rect, on: &canvas)
  }

  /// What the work is at, where there is room, and whose weights do it.
  private static func drawStage(
    _ model: BrowserModel, _ theme: Theme, from column: Int, in rect: Rect, on canvas: inout Canvas
  ) {
    var right: String
    switch (model.work, model.engine) {
    case (let work?, _): right = stage(work, of: model)
    case (nil, .ready(let weights)): right = "weights \(weights.name)"
    case (nil, .loading): right = "loading weights"
    case (nil, .failed): right = "no weights"
    }
    if model.isScanning { right = "reading the folder" }
    let room = rect.end - column - 1
    guard room >= 8, rect.columns >= 50 else { return }
    if model.work == nil, !model.isScanning, case .ready(let weights) = model.engine, TextWidth.of(right) > room {
      right = weights.name
    }
    right = TextWidth.fit(right, columns: room, ellipsis: model.glyphs.marks.ellipsis)
    let style = theme[.muted].on(theme[.status].background)
    canvas.write(right, row: rect.bottom - 1, column: rect.end - 1 - TextWidth.of(right), style)
  }

  private static func stage(_ work: BrowserModel.Work, of model: BrowserModel) -> String {
    let text =
      switch work.stage {
      case .loading: "loading weights"
      case .encoding: "encoding"
      case .decoding: "decoding"
      }
    return work.job.path == model.photo?.path ? text : "\(text) another image"
  }

  private static func style(of piece: String, _ theme: Theme) -> Style {
    let back = theme[.status].background
    switch piece {
    case "busy": return theme[.warning].on(back).with(theme[.status].attributes)
    case "ready": return theme[.good].on(back).with(theme[.status].attributes)
    default: return theme[.status]
    }
  }

  private static func margin(_ columns: Int) -> Int { columns >= 40 ? 1 : 0 }
  private static func gap(_ columns: Int) -> Int { columns >= 60 ? 3 : columns >= 46 ? 2 : 1 }
}
