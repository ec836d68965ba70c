/// Runs `body(first, count)` over `rows` cut into pieces of about `grain`, on the thread pool.
func forRows(_ rows: Int, grain: Int, _ body: (_ first: Int, _ count: Int) -> Void) {
  let pieces = max(1, (rows + grain - 1) / grain)
  ThreadPool.shared.run(pieces) { piece in
    let first = piece * grain
    body(first, min(grain, rows - first))
  }
}

/// Runs `body(first, count)` over rows cut into even pieces, as many for each thread: one piece too many would leave
/// the others waiting for it. Only for work whose results do not depend on how it is cut.
func forEvenRows(_ rows: Int, atMost most: Int, _ body: (_ first: Int, _ count: Int) -> Void) {
  let pool = ThreadPool.shared
  let pieces = min(rows, roundUp(max(1, (rows + most - 1) / most), to: pool.threads))
  pool.run(pieces) { piece in
    let first = rows * piece / pieces
    body(first, rows * (piece + 1) / pieces - first)
  }
}

/// The least multiple that is not less.
func roundUp(_ value: Int, to multiple: Int) -> Int { (value + multiple - 1) / multiple * multiple }
