import Files
import Reports

/// A progress bar on standard error; nothing when that is no terminal.
struct BatchProgress {
  /// Nil while nobody knows.
  private let total: Int?
  private let isShown: Bool
  private let start = ContinuousClock.now
  private var lastDrawn: ContinuousClock.Instant?

  init(total: Int?, isShown: Bool = Diagnostics.errorsGoToATerminal) {
    self.total = total
    self.isShown = isShown && total != 1
  }

  /// Redraws the bar, at most ten times a second.
  mutating func update(done: Int) {
    let now = ContinuousClock.now
    guard isShown, lastDrawn.map({ now - $0 >= .milliseconds(100) }) ?? true else { return }
    lastDrawn = now
    ProgressLine.replace(BatchProgress.line(done: done, total: total, elapsed: now - start))
  }

  /// Clears the bar's line, so that other text can be written.
  mutating func clear() {
    if lastDrawn != nil { ProgressLine.replace("") }
    lastDrawn = nil
  }

  /// `[=====               ] 12/250  3.4 images/s  1:10 left`; `12 images  3.4 images/s` of nobody knows how many.
  static func line(done: Int, total: Int?, elapsed: Duration) -> String {
    let head = total.map { "\(ProgressLine.bar(done: done, of: $0)) \(done)/\($0)" } ?? "\(done) images"
    let seconds = elapsed / .seconds(1)
    guard done > 0, seconds > 0 else { return head }
    let rate = Double(done) / seconds
    guard let total else { return "\(head)  \(Figures.fixed(rate, 1)) images/s" }
    return "\(head)  \(Figures.fixed(rate, 1)) images/s  \(Figures.duration(Double(total - done) / rate)) left"
  }
}

/// A line on a terminal's standard error that replaces itself.
enum ProgressLine {
  /// Puts `text` in the place of what stands there.
  static func replace(_ text: String) {
    var standardError = StandardError()
    standardError.write("\r\u{1B}[K" + text)
  }

  /// `[=====               ]`, full when all is done.
  static func bar(done: Int, of total: Int) -> String {
    let width = 20
    let filled = total == 0 ? width : min(max(done * width / total, 0), width)
    return "[" + String(repeating: "=", count: filled) + String(repeating: " ", count: width - filled) + "]"
  }
}
