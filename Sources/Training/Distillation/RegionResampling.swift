/// Brings a feature map to other rows and columns, bilinear with half-pixel centres.
struct RegionResampling: Sendable {
  /// For each position along an axis: the two it lies between, and how far from the first.
  private struct Tap: Sendable {
    let first: Int
    let second: Int
    let fraction: Float
  }

  private let rows: [Tap]
  private let columns: [Tap]
  private let sourceColumns: Int

  init(from source: (rows: Int, columns: Int), to target: (rows: Int, columns: Int)) {
    rows = Self.taps(source.rows, target.rows)
    columns = Self.taps(source.columns, target.columns)
    sourceColumns = source.columns
  }

  private static func taps(_ source: Int, _ target: Int) -> [Tap] {
    (0..<target).map { index in
      let position = (Float(index) + 0.5) * Float(source) / Float(target) - 0.5
      let below = position.rounded(.down)
      func inside(_ value: Int) -> Int { min(max(value, 0), source - 1) }
      return Tap(first: inside(Int(below)), second: inside(Int(below) + 1), fraction: position - below)
    }
  }

  /// - Parameters:
  ///   - source: `[rows, columns, channels]` of the size the map has.
  ///   - target: room for the size it shall have.
  func apply(_ source: UnsafePointer<Float>, channels: Int, into target: UnsafeMutablePointer<Float>) {
    for (y, row) in rows.enumerated() {
      for (x, column) in columns.enumerated() {
        func region(_ row: Int, _ column: Int) -> UnsafePointer<Float> {
          source + (row * sourceColumns + column) * channels
        }
        let upper = (region(row.first, column.first), region(row.first, column.second))
        let lower = (region(row.second, column.first), region(row.second, column.second))
        let output = target + (y * columns.count + x) * channels
        for c in 0..<channels {
          let above = upper.0[c] + (upper.1[c] - upper.0[c]) * column.fraction
          let below = lower.0[c] + (lower.1[c] - lower.0[c]) * column.fraction
          output[c] = above + (below - above) * row.fraction
        }
      }
    }
  }
}
