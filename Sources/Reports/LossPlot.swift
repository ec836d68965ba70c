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
  private static let letters: Float = 18
  /// At most so many ticks along each side.
  private static let mostTicks = (across: 8, down: 6)
  /// Losses above the highest of training times this are drawn at the upper edge: a network's first validations, before
  /// its running averages have settled, would flatten all the rest.
  private static let headroom = 1.5

  private static let plotWidth = size.width - margin.left - margin.right
  private static let plotHeight = size.height - margin.top - margin.bottom

  /// Where a step is; the last one is at the right edge.
  static func column(of step: Int, _ lastStep: Int) -> Int { margin.left + plotWidth * step / lastStep }

  /// Where a loss is; what is above the range is at the upper edge.
  static func row(of loss: Double, _ range: (low: Double, high: Double)) -> Int {
    margin.top + Int(max(0, (range.high - loss) / (range.high - range.low)) * Double(plotHeight))
  }

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
      (Self.column(of: point.step, last), Self.row(of: point.loss, range))
    }
    drawLine(&canvas, curve.map(place), Self.trainingColor)
    drawLine(&canvas, history.validation.map(place), Self.validationColor)
    for point in history.validation.map(place) {
      canvas.fill(x: point.x - 3, y: point.y - 3, width: 7, height: 7, color: Self.validationColor)
    }
    canvas.draw("training loss", x: Self.margin.left, y: 15, size: Self.letters, color: Self.trainingColor)
    canvas.draw("validation loss", x: Self.margin.left + 180, y: 15, size: Self.letters, color: Self.validationColor)
    return canvas.image
  }

  /// At most a point for every two columns, each the mean of finite losses.
  private func averaged() -> [LossHistory.Point] {
    let finite = history.training.filter(\.loss.isFinite)
    let share = max(1, finite.count * 2 / Self.plotWidth)
    return stride(from: 0, to: finite.count, by: share).map { start in
      let part = finite[start..<min(start + share, finite.count)]
      return .init(step: part.last!.step, loss: part.reduce(0) { $0 + $1.loss } / Double(part.count))
    }
  }

  private func drawAxes(_ canvas: inout PixelCanvas, lastStep: Int, _ range: (low: Double, high: Double)) {
    let (left, bottom) = (Self.margin.left, Self.margin.top + Self.plotHeight)
    for tick in AxisTicks(range.low...range.high, atMost: Self.mostTicks.down).ticks {
      let y = Self.row(of: tick.value, range)
      canvas.fill(x: left - 6, y: y, width: Self.plotWidth + 6, height: 1, color: Self.rule)
      let (width, height) = (OutlineFont.width(of: tick.label, Self.letters), OutlineFont.lineHeight(Self.letters))
      canvas.draw(
        tick.label, x: left - 10 - Int(width), y: y - height / 2, size: Self.letters, color: Self.ink)
    }
    for tick in AxisTicks(0...Double(lastStep), atMost: Self.mostTicks.across, isWhole: true).ticks {
      let x = Self.column(of: Int(tick.value), lastStep)
      canvas.fill(x: x, y: bottom, width: 1, height: 6, color: Self.ink)
      drawCentred(tick.label, x: x, y: bottom + 8, on: &canvas)
    }
    canvas.fill(x: left, y: bottom, width: Self.plotWidth, height: 1, color: Self.ink)
    canvas.fill(x: left, y: Self.margin.top, width: 1, height: Self.plotHeight, color: Self.ink)
    drawCentred("step", x: left + Self.plotWidth / 2, y: bottom + 32, on: &canvas)
  }

  private func drawCentred(_ text: String, x: Int, y: Int, on canvas: inout PixelCanvas) {
    let width = OutlineFont.width(of: text, Self.letters)
    canvas.draw(text, x: x - Int(width / 2), y: y, size: Self.letters, color: Self.ink)
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
