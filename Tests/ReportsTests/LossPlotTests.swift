import Foundation
import Testing

@testable import Reports

@Suite("The losses of a run are drawn")
struct LossPlotTests {
  @Test("the log of captions and of distillation is read; a step taken again replaces what followed")
  func history() {
    let log = """
      {"step": 1, "cross_entropy": 5.5, "loss": 9}
      {"step": 2, "cross_entropy": 4.5}
      {"epoch": 1, "validation_loss": 4.25}
      not a line
      {"step": 2, "kl": 3.5}
      {"epoch": 1, "validation_kl": 3.25}
      """
    let history = LossHistory(log: log)
    #expect(history.training == [.init(step: 1, loss: 5.5), .init(step: 2, loss: 3.5)])
    #expect(history.validation == [.init(step: 2, loss: 3.25)])
  }

  @Test("a falling loss is drawn from the upper left to the lower right") func falling() {
    var history = LossHistory()
    for step in 1...2000 { history.training.append(.init(step: step, loss: 4 - Double(step) / 1000)) }
    history.training.append(.init(step: 2001, loss: .nan))
    let calm = LossPlot(history: history).image()
    history.validation = [.init(step: 100, loss: 1e6), .init(step: 200, loss: 6)]
    let image = LossPlot(history: history).image()
    func rows(ofColumn x: Int) -> [Int] {
      (60..<image.height).filter { y in
        let start = 3 * (y * image.width + x)
        return Array(image.pixels[start..<start + 3])
          == [LossPlot.trainingColor.red, LossPlot.trainingColor.green, LossPlot.trainingColor.blue]
      }
    }
    let (early, late) = (rows(ofColumn: 150), rows(ofColumn: 850))
    #expect(!early.isEmpty && !late.isEmpty && early.max()! < 300 && late.min()! > 400)
    #expect(calm != image, "an early validation is drawn, and does not flatten the rest")
  }

  @Test("nothing yet, or one step alone, is no reason to fail") func empty() {
    #expect(LossPlot(history: LossHistory()).image().width == 960)
    var one = LossHistory()
    one.training = [.init(step: 1, loss: 2)]
    one.validation = [.init(step: 1, loss: 2)]
    #expect(LossPlot(history: one).image() != LossPlot(history: LossHistory()).image())
  }
  @Test("ticks stand at round numbers, where these are") func ticks() {
    func labels(_ range: ClosedRange<Double>, _ most: Int, isWhole: Bool = false) -> [String] {
      AxisTicks(range, atMost: most, isWhole: isWhole).ticks.map(\.label)
    }
    #expect(labels(0...2001, 8, isWhole: true) == ["0", "500", "1000", "1500", "2000"])
    #expect(labels(0...1, 8, isWhole: true) == ["0", "1"] && labels(0...3, 8, isWhole: true) == ["0", "1", "2", "3"])
    #expect(labels(2.13...3.87, 6) == ["2.5", "3.0", "3.5"])
    #expect(labels(0.1...0.3, 3) == ["0.1", "0.2", "0.3"])
    #expect(labels(-0.04...0.06, 6) == ["-0.04", "-0.02", "0.00", "0.02", "0.04", "0.06"])
    #expect(labels(0...4e9, 8, isWhole: true) == ["0", "1e+09", "2e+09", "3e+09", "4e+09"])
    for exponent in -6...11 {
      for (low, length) in [(0, 1), (0.3, 1.7), (-4.4, 9.99), (17, 2.01)] {
        let scale = pow(10, Double(exponent))
        let range = low * scale...(low + length) * scale
        for most in 3...9 {
          let ticks = AxisTicks(range, atMost: most).ticks
          #expect((1...most).contains(ticks.count), "\(ticks) in \(range)")
          let slack = scale * 1e-6
          #expect(ticks.allSatisfy { range.lowerBound - slack <= $0.value && $0.value <= range.upperBound + slack })
          #expect(Set(ticks.map(\.label)).count == ticks.count)
          for (tick, next) in zip(ticks, ticks.dropFirst()) {
            let digits = String(format: "%.5e", next.value - tick.value)
            #expect(["1.00000e", "2.00000e", "5.00000e"].contains(digits.prefix(8)), "\(digits)")
          }
        }
      }
    }
  }

  @Test("a tick's line is at the height of its loss, and its mark at its step") func placing() {
    var history = LossHistory()
    for step in 1...2300 { history.training.append(.init(step: step, loss: 4 - Double(step) / 1000)) }
    let image = LossPlot(history: history).image()
    func color(_ x: Int, _ y: Int) -> [UInt8] {
      let start = 3 * (y * image.width + x)
      return Array(image.pixels[start..<start + 3])
    }
    // The curve's own ends: each of its points is the mean of five steps.
    let range = (low: 4 - 2.298, high: 4 - 0.003)
    for loss in [2.0, 2.5, 3, 3.5] { #expect(color(88, LossPlot.row(of: loss, range)) == [225, 225, 225], "\(loss)") }
    let bottom = 480
    for step in [0, 500, 1000, 1500, 2000] {
      #expect(color(LossPlot.column(of: step, 2300), bottom + 4) == [60, 60, 60], "\(step)")
    }
    #expect(color(LossPlot.column(of: 2300, 2300), bottom + 4) == [255, 255, 255], "the end is no round number")
  }
}
