import Glibc

/// A progress bar on standard error; nothing when that is no terminal.
struct BatchProgress {
  private let total: Int
  private let isShown: Bool
  private let start = ContinuousClock.now
  private var lastDrawn: ContinuousClock.Instant?

  init(total: Int, isShown: Bool = Diagnostics.errorsGoToATerminal) {
    self.total = total
    self.isShown = isShown && total > 1
  }

  /// Redraws the bar, at most ten times a second.
  mutating func update(done: Int) {
    let now = ContinuousClock.now
    guard isShown, lastDrawn.map({ now - $0 >= .milliseconds(100) }) ?? true else { return }
    lastDrawn = now
    put("\r\u{1B}[K" + BatchProgress.line(done: done, total: total, elapsed: now - start))
  }

  /// Clears the bar's line, so that other text can be written.
  mutating func clear() {
    if lastDrawn != nil { put("\r\u{1B}[K") }
    lastDrawn = nil
  }

  /// `[=====     ] 12/250  3.4 images/s  1:10 left`.
  static func line(done: Int, total: Int, elapsed: Duration) -> String {
    let width = 20
    let filled = total == 0 ? width : done * width / total
    let bar = String(repeating: "=", count: filled) + String(repeating: " ", count: width - filled)
    let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
    guard done > 0, seconds > 0 else { return "[\(bar)] \(done)/\(total)" }
    let rate = Double(done) / seconds
    return
      "[\(bar)] \(done)/\(total)  \((rate * 10).rounded() / 10) images/s  \(time(Double(total - done) / rate)) left"
  }

  /// `0:07`, `12:34` or `1:02:03`.
  static func time(_ seconds: Double) -> String {
    let whole = Int(min(seconds.rounded(), 1e9))
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let minutes = whole / 60 % 60
    return whole >= 3600 ? "\(whole / 3600):\(two(minutes)):\(two(whole % 60))" : "\(minutes):\(two(whole % 60))"
  }

  private func put(_ text: String) {
    var standardError = StandardError()
    standardError.write(text)
  }
}
