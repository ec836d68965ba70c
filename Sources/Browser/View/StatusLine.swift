import Captioning
import Files
import Foundation
import Reports
import Terminal

/// The line that always says where one is and how captions are drawn.
enum StatusLine {
  static func draw(_ model: BrowserModel, _ theme: Theme, in rect: Rect, on canvas: inout Canvas) {
    let style = theme[.status]
    canvas.fill(rect, " ", style)
    var end = 0
    for (row, pieces) in StatusText.lines(model, columns: rect.columns).enumerated() where row < rect.rows {
      var column = rect.column + StatusText.margin(rect.columns)
      for piece in pieces {
        canvas.write(piece.text, row: rect.row + row, column: column, self.style(of: piece.text, theme))
        column += TextWidth.of(piece.text) + StatusText.gap(rect.columns)
      }
      end = column
    }
    drawStage(model, theme, from: end, in: rect, on: &canvas)
  }

  /// What the work is at, where there is room, and whose weights do it.
  private static func drawStage(
    _ model: BrowserModel, _ theme: Theme, from column: Int, in rect: Rect, on canvas: inout Canvas
  ) {
    let room = rect.end - column - 1
    guard room >= 8, rect.columns >= 50 else { return }
    var right: String
    switch (model.captions.asked, model.captions.engine) {
    case _ where model.photos.isReading: right = "reading the folder"
    case (nil, _) where model.captions.queue?.secondsLeft != nil:
      right = Figures.duration(model.captions.queue?.secondsLeft ?? 0) + " left"
    case (let work?, _): right = stage(work, of: model)
    case (nil, .ready(let weights)):
      let long = "weights \(weights.name)"
      right = TextWidth.of(long) > room ? weights.name : long
    case (nil, .loading): right = "loading weights"
    case (nil, .failed): right = "no weights"
    }
    right = TextWidth.fit(right, columns: room, ellipsis: model.display.glyphs.marks.ellipsis)
    let style = theme[.muted].on(theme[.status].background)
    canvas.write(right, row: rect.bottom - 1, column: rect.end - 1 - TextWidth.of(right), style)
  }

  private static func stage(_ work: Captions.Work, of model: BrowserModel) -> String {
    if case .covering = work.job.question, let share = work.share { return "covering \(Figures.share(share))" }
    var text =
      switch work.stage {
      case .loading: "loading weights"
      case .encoding: "encoding"
      case .decoding: "decoding"
      }
    if let share = work.share { text += " \(Figures.share(share))" }
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
}
