import CKernels

/// Many rows laid out for products with weights that are met once (`tiles.h`): tiles of R rows, each `[I, R]`. Where that
/// is faster, two depths of three are multiplied together (`paired_tiles.h`).
public struct TiledRows: Sendable {
  public let rows: Int
  /// I, numbers of a row.
  public let width: Int
  private let tiles: Int
  let height = Self.height
  private let numbers: Tensor
  /// What rows were multiplied with, and the products of their paired numbers; nil where none are paired.
  let pairing: Pairing?

  /// `[tiles · R]` each.
  struct Pairing: Sendable {
    let factors: Tensor
    let sums: Tensor
  }

  var pointer: UnsafePointer<Float> { UnsafePointer(numbers.pointer) }

  /// R, at this thread's level.
  static var height: Int { Int(gaze_tile_rows()) }

  /// Columns of the panels that tiles are multiplied with.
  static var columns: Int { Int(gaze_tile_columns()) }

  /// The parts in which I numbers are summed: a panel's part and a tile's stay in a first-level cache, of 48 KB where
  /// depths are paired, else of 32 KB.
  var parts: [Range<Int>] {
    let deepest = pairing == nil ? 256 : 192
    let count = (width + deepest - 1) / deepest
    // What is paired lies in one part.
    let unit = pairing == nil ? 1 : Int(GAZE_PAIRED_DEPTHS)
    let starts = (0..<count).map { width * $0 / count / unit * unit } + [width]
    return zip(starts, starts.dropFirst()).map { $0..<$1 }
  }

  /// - Parameters:
  ///   - x: `[rows, width]`.
  ///   - rows: at least 1.
  ///   - width: I.
  public init(_ x: UnsafePointer<Float>, rows: Int, width: Int) {
    self.init(x, rows: rows, width: width, isPaired: Self.pairsDepths)
  }

  /// Whether pairing depths pays, at this thread's level.
  static var pairsDepths: Bool { gaze_pairs_tiles() != 0 }

  /// - Parameter isPaired: whether to pair depths; needs AVX-512.
  init(_ x: UnsafePointer<Float>, rows: Int, width: Int, isPaired: Bool) {
    self.init(rows: rows, width: width, room: 0, isPaired) { first, _, _ in x + first * width }
  }

  /// Rows that are made just before they are laid out.
  /// - Parameter make: writes some rows, of the first and their count, one behind the other.
  init(rows: Int, width: Int, making make: (_ first: Int, _ count: Int, UnsafeMutablePointer<Float>) -> Void) {
    self.init(rows: rows, width: width, room: width, Self.pairsDepths) { first, count, room in
      make(first, count, room)
      return UnsafePointer(room)
    }
  }

  /// - Parameter room: numbers for each row of a tile that `source` may use for the rows it returns.
  private init(
    rows: Int, width: Int, room: Int, _ isPaired: Bool,
    _ source: (_ first: Int, _ count: Int, _ room: UnsafeMutablePointer<Float>) -> UnsafePointer<Float>
  ) {
    self.init(rows: rows, width: width, isPaired)
    forRows(tiles, grain: 4) { first, count in
      let room = Tensor(uninitialized: [height, room])
      for tile in first..<first + count {
        let (first, some) = (tile * height, min(height, rows - tile * height))
        let x = source(first, some, room.pointer)
        gaze_pack_tile(x, width, some, width, numbers.pointer + first * width)
        pair(tile)
      }
    }
  }

  /// Rows that are laid out where they are made, at this thread's level.
  /// - Parameter make: writes all numbers, given the first tile, and zeros for rows that are missing.
  init(rows: Int, width: Int, laidOut make: (UnsafeMutablePointer<Float>) -> Void) {
    self.init(rows: rows, width: width, Self.pairsDepths)
    make(numbers.pointer)
    if pairing != nil { forRows(tiles, grain: 4) { first, count in (first..<first + count).forEach(pair) } }
  }

  /// Room for rows.
  private init(rows: Int, width: Int, _ isPaired: Bool) {
    (self.rows, self.width) = (rows, width)
    tiles = (rows + height - 1) / height
    numbers = Tensor(uninitialized: [tiles, width, height])
    pairing = isPaired ? Pairing(factors: Tensor([tiles, height]), sums: Tensor([tiles, height])) : nil
  }

  /// Balances a tile's rows and sums the products of their pairs.
  private func pair(_ tile: Int) {
    guard let pairing else { return }
    let (numbers, first) = (numbers.pointer + tile * height * width, tile * height)
    gaze_tile_balance(numbers, width, pairing.factors.pointer + first)
    gaze_pair_tile(numbers, width, pairing.factors.pointer + first, pairing.sums.pointer + first)
  }
}
