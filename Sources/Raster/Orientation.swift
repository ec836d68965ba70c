/// How a stored picture must be turned to stand upright: the values of EXIF tag 0x0112.
enum Orientation: Int, CaseIterable, Sendable {
  case upright = 1
  case mirrored = 2
  case rotated180 = 3
  case flipped = 4
  case transposed = 5
  /// Upright after a quarter turn clockwise.
  case clockwise = 6
  case transverse = 7
  /// Upright after a quarter turn counterclockwise.
  case counterclockwise = 8

  /// Whether width and height change places.
  var swapsAxes: Bool { rawValue >= 5 }

  /// The size a stored picture has once upright. Its own inverse.
  func applied(toSize size: (width: Int, height: Int)) -> (width: Int, height: Int) {
    swapsAxes ? (size.height, size.width) : size
  }

  /// What EXIF metadata starts with in JPEG, and now and then elsewhere: "Exif" and two zeros.
  static let prefix: [UInt8] = [0x45, 0x78, 0x69, 0x66, 0, 0]

  /// The orientation EXIF metadata tells, behind its prefix or without one; upright if it tells none.
  init(exif bytes: ArraySlice<UInt8>) {
    let structure = bytes.starts(with: Self.prefix) ? bytes.dropFirst(Self.prefix.count) : bytes
    self = TIFFDirectory(structure)?[.orientation].flatMap(Self.init(rawValue:)) ?? .upright
  }
}

extension PixelImage {
  /// The picture upright, given how it was stored.
  func upright(from orientation: Orientation) -> PixelImage {
    if orientation == .upright { return self }
    let size = orientation.applied(toSize: (width, height))
    // Source pixel of destination (x, y): origin + x × across + y × down.
    let (right, below) = (width - 1, (height - 1) * width)
    let (origin, across, down) =
      switch orientation {
      case .upright: (0, 1, width)
      case .mirrored: (right, -1, width)
      case .rotated180: (right + below, -1, -width)
      case .flipped: (below, 1, -width)
      case .transposed: (0, width, 1)
      case .clockwise: (below, -width, 1)
      case .transverse: (right + below, -width, -1)
      case .counterclockwise: (right, width, -1)
      }
    let turned = [UInt8](unsafeUninitializedCapacity: pixels.count) { target, count in
      pixels.withUnsafeBufferPointer { source in
        // In tiles, so that neither side strides through more cache lines than there are.
        let tile = 32
        for tileY in stride(from: 0, to: size.height, by: tile) {
          for tileX in stride(from: 0, to: size.width, by: tile) {
            for y in tileY..<min(tileY + tile, size.height) {
              for x in tileX..<min(tileX + tile, size.width) {
                let from = 3 * (origin + x * across + y * down)
                let to = 3 * (y * size.width + x)
                target[to] = source[from]
                target[to + 1] = source[from + 1]
                target[to + 2] = source[from + 2]
              }
            }
          }
        }
      }
      count = pixels.count
    }
    let shown = shown(uprightFrom: orientation)
    return PixelImage(
      width: size.width, height: size.height, pixels: turned, columns: shown.columns, rows: shown.rows)
  }

  /// The columns and rows that show the picture, once upright.
  private func shown(
    uprightFrom orientation: Orientation
  ) -> (columns: ClosedRange<Double>, rows: ClosedRange<Double>) {
    func reversed(_ range: ClosedRange<Double>, _ length: Int) -> ClosedRange<Double> {
      (Double(length) - range.upperBound)...(Double(length) - range.lowerBound)
    }
    let (backColumns, backRows) = (reversed(columns, width), reversed(rows, height))
    return switch orientation {
    case .upright: (columns, rows)
    case .mirrored: (backColumns, rows)
    case .rotated180: (backColumns, backRows)
    case .flipped: (columns, backRows)
    case .transposed: (rows, columns)
    case .clockwise: (backRows, columns)
    case .transverse: (backRows, backColumns)
    case .counterclockwise: (rows, backColumns)
    }
  }
}
