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
}
