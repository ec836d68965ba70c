import Foundation
import Raster

/// The losses of a run so far, by step.
package struct LossHistory: Equatable {
  struct Point: Equatable {
    let step: Int
    let loss: Double
  }
  var training: [Point] = []
  var validation: [Point] = []

  /// Steps and losses that a run may have. A log is a file that anybody may have written.
  private static let steps = 0...1 << 40
  private static let losses = -1e12...1e12

  /// What the lines of a run's log say; the log's other entries are passed over.
  package init(log lines: String = "") {
    for line in lines.split(separator: "\n") {
      guard let entry = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] else { continue }
      add(entry)
    }
  }

  /// Takes up an entry of the log: a step's or an epoch's. A step that was seen before, by a run that was ended and
  /// taken up again at its last checkpoint, replaces what followed.
  package mutating func add(_ entry: [String: Any]) {
    if let step = entry["step"] as? Int, let loss = (entry["cross_entropy"] ?? entry["kl"]) as? Double {
      guard Self.steps.contains(step), Self.losses.contains(loss) else { return }
      while let last = training.last, last.step >= step { training.removeLast() }
      while let last = validation.last, last.step >= step { validation.removeLast() }
      training.append(Point(step: step, loss: loss))
    } else if let loss = (entry["validation_loss"] ?? entry["validation_kl"]) as? Double, let last = training.last,
      Self.losses.contains(loss)
    {
      validation.append(Point(step: last.step, loss: loss))
    }
  }
}

/// A picture of a run's losses: the training loss averaged over neighbouring steps, the validation loss after epochs.
package struct LossPlot {
  let history: LossHistory

  package init(history: LossHistory) {
    self.history = history
  }

  private static let size = (width: 960, height: 540)
  private static let margin = (left: 90, right: 30, top: 50, bottom: 60)
  private static let paper = RGB(255, 255, 255)
  private static let ink = RGB(60, 60, 60)
  private static let rule = RGB(225, 225, 225)
  // Blue and vermilion of Okabe and Ito's palette, told apart by colour-blind readers.
  static let trainingColor = RGB(0, 114, 178)
  static let validationColor = RGB(213, 94, 0)
  private static let ticks = 5
  /// Losses above the highest of training times this are drawn at the upper edge: a network's first validations, before
  /// its running averages have settled, would flatten all the rest.
  private static let headroom = 1.5

  private var plotWidth: Int { Self.size.width - Self.margin.left - Self.margin.right }
  private var plotHeight: Int { Self.size.height - Self.margin.top - Self.margin.bottom }

  /// The picture; without a step it has axes alone.
  package func image() -> PixelImage {
    var canvas = PixelCanvas(width: Self.size.width, height: Self.size.height, color: Self.paper)
    let curve = averaged()
    let ceiling = curve.map(\.loss).max().map { $0 * Self.headroom } ?? .infinity
    let losses = (curve + history.validation).map { min($0.loss, ceiling) }
    let last = max(1, history.training.last?.step ?? 1)
    var range = (low: losses.min() ?? 0, high: losses.max() ?? 1)
    if range.high - range.low < 1e-6 { range = (range.low - 0.5, range.high + 0.5) }
    drawAxes(&canvas, lastStep: last, range)
    func place(_ point: LossHistory.Point) -> (x: Int, y: Int) {
      let share = max(0, (range.high - point.loss) / (range.high - range.low))
      return (Self.margin.left + plotWidth * point.step / last, Self.margin.top + Int(share * Double(plotHeight)))
    }
    drawLine(&canvas, curve.map(place), Self.trainingColor)
    drawLine(&canvas, history.validation.map(place), Self.validationColor)
    for point in history.validation.map(place) {
      canvas.fill(x: point.x - 3, y: point.y - 3, width: 7, height: 7, color: Self.validationColor)
    }
    canvas.draw("training loss", x: Self.margin.left, y: 15, color: Self.trainingColor)
    canvas.draw("validation loss", x: Self.margin.left + 180, y: 15, color: Self.validationColor)
    return canvas.image
  }

  /// At most a point for every two columns, each the mean of finite losses.
  private func averaged() -> [LossHistory.Point] {
    let finite = history.training.filter(\.loss.isFinite)
    let share = max(1, finite.count * 2 / plotWidth)
    return stride(from: 0, to: finite.count, by: share).map { start in
      let part = finite[start..<min(start + share, finite.count)]
      return .init(step: part.last!.step, loss: part.reduce(0) { $0 + $1.loss } / Double(part.count))
    }
  }

  private func drawAxes(_ canvas: inout PixelCanvas, lastStep: Int, _ range: (low: Double, high: Double)) {
    let (left, bottom) = (Self.margin.left, Self.margin.top + plotHeight)
    for tick in 0...Self.ticks {
      let y = bottom - plotHeight * tick / Self.ticks
      canvas.fill(x: left, y: y, width: plotWidth, height: 1, color: tick == 0 ? Self.ink : Self.rule)
      let value = range.low + (range.high - range.low) * Double(tick) / Double(Self.ticks)
      let label = String(format: "%.3g", value)
      canvas.draw(
        label, x: left - 10 - label.count * BitmapFont.width, y: y - BitmapFont.height / 2, color: Self.ink)
      let x = left + plotWidth * tick / Self.ticks
      let step = "\(lastStep * tick / Self.ticks)"
      canvas.fill(x: x, y: bottom, width: 1, height: 6, color: Self.ink)
      canvas.draw(step, x: x - step.count * BitmapFont.width / 2, y: bottom + 10, color: Self.ink)
    }
    canvas.fill(x: left, y: Self.margin.top, width: 1, height: plotHeight, color: Self.ink)
    canvas.draw("step", x: left + plotWidth / 2 - 2 * BitmapFont.width, y: bottom + 32, color: Self.ink)
  }

  private func drawLine(_ canvas: inout PixelCanvas, _ points: [(x: Int, y: Int)], _ color: RGB) {
    for (from, to) in zip(points, points.dropFirst()) {
      let count = max(1, abs(to.x - from.x), abs(to.y - from.y))
      for i in 0...count {
        let (x, y) = (from.x + (to.x - from.x) * i / count, from.y + (to.y - from.y) * i / count)
        canvas.fill(x: x, y: y, width: 2, height: 2, color: color)
      }
    }
  }
}
