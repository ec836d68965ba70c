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

  /// Reads the orientation from a TIFF structure, as found in EXIF metadata. Nil if there is none or it is malformed.
  init?(tiff bytes: ArraySlice<UInt8>) {
    let start = bytes.startIndex
    let bigEndian: Bool
    switch bytes.prefix(4) {
    case [0x49, 0x49, 0x2A, 0x00]: bigEndian = false
    case [0x4D, 0x4D, 0x00, 0x2A]: bigEndian = true
    default: return nil
    }
    /// An unsigned integer of `width` bytes at `offset` from the start of the structure.
    func integer(at offset: Int, width: Int) -> Int? {
      guard offset >= 0, offset + width <= bytes.count else { return nil }
      let field = bytes[(start + offset)..<(start + offset + width)]
      return bigEndian ? field.reduce(0) { $0 << 8 | Int($1) } : field.reversed().reduce(0) { $0 << 8 | Int($1) }
    }
    guard let directory = integer(at: 4, width: 4), let count = integer(at: directory, width: 2) else { return nil }
    for entry in 0..<count {
      let offset = directory + 2 + entry * 12
      guard let tag = integer(at: offset, width: 2) else { return nil }
      guard tag == 0x0112 else { continue }
      // One unsigned 16-bit value, stored in the entry itself.
      guard integer(at: offset + 2, width: 2) == 3, integer(at: offset + 4, width: 4) == 1,
        let value = integer(at: offset + 8, width: 2)
      else { return nil }
      self.init(rawValue: value)
      return
    }
    return nil
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
    return PixelImage(width: size.width, height: size.height, pixels: turned)
  }
}
