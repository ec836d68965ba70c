/// TIFF files made for tests: uncompressed, of any samples and layout.
struct TIFFSource {
  let width: Int
  let height: Int
  /// For each sample of a pixel all of its levels, row-major.
  var planes: [[Int]]
  /// 0 white is zero, 1 black is zero, 2 RGB, 3 palette.
  var photometric = 2
  /// Of a sample, 8 or 16: levels times 257.
  var bits = 8
  /// What samples beside the colours mean; nil: nothing is said.
  var extraSamples: [Int]?
  var isPlanar = false
  /// 16×16 pixels instead of strips of three rows.
  var isTiled = false
  var isBigEndian = false
  var isBigTIFF = false
  /// Bytes stored behind each tile or strip and counted as its own.
  var padding = 0
  /// Types of entries that are not the usual ones, by tag.
  var types: [Int: Int] = [:]
  /// Values told instead of the right ones, by tag.
  var lies: [Int: [Int]] = [:]
  /// Levels of 256 reds, greens, blues.
  var palette: [Int] = []
  /// Further entries: tag, type, values.
  var entries: [(tag: Int, type: Int, values: [Int])] = []

  /// The content of the file.
  var file: [UInt8] {
    let blocks = blocks.map { $0 + [UInt8](repeating: 0, count: padding) }
    let dataStart = 16
    let offsets = blocks.indices.map { dataStart + blocks[..<$0].map(\.count).reduce(0, +) }
    var entries =
      entries + [
        (256, 4, [width]), (257, 4, [height]), (258, 3, planes.map { _ in bits }), (259, 3, [1]),
        (262, 3, [photometric]), (277, 3, [planes.count]), (284, 3, [isPlanar ? 2 : 1]),
        (isTiled ? 324 : 273, 4, offsets), (isTiled ? 325 : 279, 4, blocks.map(\.count)),
      ]
    entries += isTiled ? [(322, 4, [16]), (323, 4, [16])] : [(278, 4, [3])]
    if let extraSamples { entries.append((338, 3, extraSamples)) }
    if !palette.isEmpty { entries.append((320, 3, palette.map { $0 * 257 })) }
    entries = entries.map { ($0.tag, types[$0.tag] ?? $0.type, lies[$0.tag] ?? $0.values) }
    entries.sort { $0.tag < $1.tag }
    let data = blocks.flatMap { $0 }
    let start = dataStart + data.count + data.count % 2
    let head: [UInt8] = isBigEndian ? [0x4D, 0x4D] : [0x49, 0x49]
    let rest =
      isBigTIFF
      ? integer(43, 2) + integer(8, 2) + integer(0, 2) + integer(start, 8)
      : integer(42, 2) + integer(start, 4) + [UInt8](repeating: 0, count: 8)
    return head + rest + data + [UInt8](repeating: 0, count: data.count % 2) + directory(entries, at: start)
  }

  private func directory(_ entries: [(tag: Int, type: Int, values: [Int])], at start: Int) -> [UInt8] {
    let room = isBigTIFF ? 8 : 4
    var bytes = integer(entries.count, isBigTIFF ? 8 : 2)
    var far: [UInt8] = []
    let farStart = start + bytes.count + entries.count * (4 + 2 * room) + room
    for (tag, type, values) in entries {
      let width = [1: 1, 3: 2, 4: 4, 6: 1, 8: 2, 9: 4, 13: 4, 16: 8, 17: 8, 18: 8][type]!
      var body = values.flatMap { integer($0, width) }
      if body.count > room {
        far += far.count % 2 == 0 ? [] : [0]
        (body, far) = (integer(farStart + far.count, room), far + body)
      }
      bytes += integer(tag, 2) + integer(type, 2) + integer(values.count, room)
      bytes += body + [UInt8](repeating: 0, count: room - body.count)
    }
    return bytes + integer(0, room) + far
  }

  /// The tiles or strips in the order stored; of planar files those of each sample in turn.
  private var blocks: [[UInt8]] {
    let groups = isPlanar ? planes.map { [$0] } : [planes]
    let (across, down) = isTiled ? (16, 16) : (width, 3)
    return groups.flatMap { group in
      stride(from: 0, to: height, by: down).flatMap { top in
        stride(from: 0, to: width, by: across).map { left in
          let rows = isTiled ? down : min(down, height - top)
          return (0..<(rows * across)).flatMap { index -> [UInt8] in
            let (x, y) = (left + index % across, top + index / across)
            return group.flatMap { x < width && y < height ? sample($0[y * width + x]) : sample(0) }
          }
        }
      }
    }
  }

  private func sample(_ level: Int) -> [UInt8] { bits == 16 ? integer(257 * level, 2) : [UInt8(level)] }

  private func integer(_ value: Int, _ width: Int) -> [UInt8] {
    let bytes = (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    return isBigEndian ? bytes.reversed() : bytes
  }
}
