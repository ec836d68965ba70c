import Files
import Foundation
import Raster
import SystemPackage
import Terminal

/// The program started anew on a terminal of its own with Enter typed at once: how long until it shows something, and
/// until the first caption stands.
struct ColdStart {
  let photo: FilePath
  let size: GridSize
  let weights: FilePath
  let threads: Int

  struct Times {
    /// Milliseconds from starting the process.
    let firstFrame: Double
    let firstCaption: Double
  }

  /// What only a screen with a caption says; it is drawn in one piece.
  private static let captionMark = Array("entropy ".utf8)
  private static let titleMark = Array("gaze".utf8)
  private static let patience = 30.0

  /// Times of several starts, each by its median.
  func medians(runs: Int) throws -> Times {
    let all = try (0..<max(1, runs)).map { _ in try once() }
    func median(_ value: (Times) -> Double) -> Double { all.map(value).sorted()[all.count / 2] }
    return Times(firstFrame: median(\.firstFrame), firstCaption: median(\.firstCaption))
  }

  private func once() throws -> Times {
    // As at most starts, the screen does not wait for the weights.
    _ = weights.withPlatformString { setenv("GAZE_WEIGHTS", $0, 1) }
    let words = ["gaze", "browse", "--threads", "\(threads)", "--color", "truecolor", FileName.text(photo)]
    let beginning = ContinuousClock.now
    guard
      let child = ChildOnTerminal(
        program: "/proc/self/exe", arguments: words, size: Size(columns: size.columns, rows: size.rows))
    else { throw CommandFailure("cannot start gaze anew: \(String(cString: strerror(errno)))") }
    child.type("\r")
    return try times(child, from: beginning)
  }

  private func times(_ child: ChildOnTerminal, from beginning: ContinuousClock.Instant) throws -> Times {
    func now() -> Double { (ContinuousClock.now - beginning) / .milliseconds(1) }
    var seen: [UInt8] = []
    var firstFrame: Double?
    while now() < Self.patience * 1000, let drawn = child.read(within: 1000) {
      // The end of what came before may be the beginning of what is looked for.
      seen = seen.suffix(Self.captionMark.count) + drawn
      if firstFrame == nil, seen.contains(Self.titleMark) { firstFrame = now() }
      if seen.contains(Self.captionMark) { return Times(firstFrame: firstFrame ?? now(), firstCaption: now()) }
    }
    throw CommandFailure("\(photo): the browser showed no caption of it within \(Int(Self.patience)) seconds")
  }
}
