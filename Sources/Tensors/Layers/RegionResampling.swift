/// Brings feature maps to other rows and columns, bilinear with half-pixel centres and no antialiasing:
/// `[B, H, W, C]` → `[B, rows, columns, C]`.
public struct RegionResampling: Sendable {
  /// For each position along an axis: the two it lies between, and how far from the first.
  private struct Tap: Sendable {
    let first: Int
    let second: Int
    let fraction: Float
  }

  private let source: (rows: Int, columns: Int)
  private let rows: [Tap]
  private let columns: [Tap]

  public init(from source: (rows: Int, columns: Int), to target: (rows: Int, columns: Int)) {
    self.source = source
    rows = Self.taps(source.rows, target.rows)
    columns = Self.taps(source.columns, target.columns)
  }

  private static func taps(_ source: Int, _ target: Int) -> [Tap] {
    (0..<target).map { index in
      let position = (Float(index) + 0.5) * Float(source) / Float(target) - 0.5
      let below = position.rounded(.down)
      func inside(_ value: Int) -> Int { min(max(value, 0), source - 1) }
      return Tap(first: inside(Int(below)), second: inside(Int(below) + 1), fraction: position - below)
    }
  }

  /// `[B, rows, columns, C]`.
  public func forward(_ x: Tensor) -> Tensor {
    let (photos, channels) = (x.shape[0], x.shape[3])
    precondition((x.shape[1], x.shape[2]) == source, "resampling \(source) was given \(x.shape)")
    let y = Tensor(uninitialized: [photos, rows.count, columns.count, channels])
    let (input, output) = (source.rows * source.columns * channels, rows.count * columns.count * channels)
    ThreadPool.shared.run(photos) { photo in
      apply(x.pointer + photo * input, channels: channels, into: y.pointer + photo * output)
    }
    return y
  }

  /// The input's gradient, `[B, H, W, C]`, of the output's, `[B, rows, columns, C]`.
  public func backward(dy: Tensor) -> Tensor {
    let (photos, channels) = (dy.shape[0], dy.shape[3])
    let dx = Tensor([photos, source.rows, source.columns, channels])
    let (input, output) = (source.rows * source.columns * channels, rows.count * columns.count * channels)
    ThreadPool.shared.run(photos) { photo in
      let (gradient, target) = (dy.pointer + photo * output, dx.pointer + photo * input)
      for (y, row) in rows.enumerated() {
        for (x, column) in columns.enumerated() {
          let own = gradient + (y * columns.count + x) * channels
          for (rowOf, above) in [(row.first, 1 - row.fraction), (row.second, row.fraction)] {
            for (columnOf, left) in [(column.first, 1 - column.fraction), (column.second, column.fraction)] {
              let region = target + (rowOf * source.columns + columnOf) * channels
              let share = above * left
              for c in 0..<channels { region[c] += share * own[c] }
            }
          }
        }
      }
    }
    return dx
  }

  /// One map.
  /// - Parameters:
  ///   - x: `[H, W, channels]` of the size it has.
  ///   - y: room for the size it shall have.
  public func apply(_ x: UnsafePointer<Float>, channels: Int, into y: UnsafeMutablePointer<Float>) {
    for (rowIndex, row) in rows.enumerated() {
      for (columnIndex, column) in columns.enumerated() {
        func region(_ row: Int, _ column: Int) -> UnsafePointer<Float> {
          x + (row * source.columns + column) * channels
        }
        let upper = (region(row.first, column.first), region(row.first, column.second))
        let lower = (region(row.second, column.first), region(row.second, column.second))
        let output = y + (rowIndex * columns.count + columnIndex) * channels
        for c in 0..<channels {
          let above = upper.0[c] + (upper.1[c] - upper.0[c]) * column.fraction
          let below = lower.0[c] + (lower.1[c] - lower.0[c]) * column.fraction
          output[c] = above + (below - above) * row.fraction
        }
      }
    }
  }
}
