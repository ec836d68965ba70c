import CKernels

/// Many rows laid out for products with weights that are met once (`tiles.h`): tiles of R rows, each `[I, R]`.
public struct TiledRows: Sendable {
  public let rows: Int
  /// I, numbers of a row.
  public let width: Int
  let tiles: Int
  /// R.
  let height: Int
  private let numbers: Tensor

  var pointer: UnsafePointer<Float> { UnsafePointer(numbers.pointer) }

  /// Columns of the panels that tiles are multiplied with.
  static var columns: Int { Int(gaze_tile_columns()) }

  /// - Parameters:
  ///   - x: `[rows, width]`.
  ///   - rows: at least 1.
  ///   - width: I.
  public init(_ x: UnsafePointer<Float>, rows: Int, width: Int) {
    self.init(rows: rows, width: width, room: 0) { first, _, _ in x + first * width }
  }

  /// Rows that are made just before they are laid out.
  /// - Parameter make: writes some rows, of the first and their count, one behind the other.
  init(rows: Int, width: Int, making make: (_ first: Int, _ count: Int, UnsafeMutablePointer<Float>) -> Void) {
    self.init(rows: rows, width: width, room: width) { first, count, room in
      make(first, count, room)
      return UnsafePointer(room)
    }
  }

  /// - Parameter room: numbers for each row of a tile that `source` may use for the rows it returns.
  private init(
    rows: Int, width: Int, room: Int,
    _ source: (_ first: Int, _ count: Int, _ room: UnsafeMutablePointer<Float>) -> UnsafePointer<Float>
  ) {
    let height = Int(gaze_tile_rows())
    let tiles = (rows + height - 1) / height
    let numbers = Tensor(uninitialized: [tiles, width, height])
    forRows(tiles, grain: 4) { tile, count in
      let room = Tensor(uninitialized: [height, room])
      for tile in tile..<tile + count {
        let (first, some) = (tile * height, min(height, rows - tile * height))
        gaze_pack_tile(source(first, some, room.pointer), width, some, width, numbers.pointer + first * width)
      }
    }
    (self.rows, self.width, self.tiles, self.height, self.numbers) = (rows, width, tiles, height, numbers)
  }
}
