import Tensors

/// Numbers kept in chunks: blocks of one shape that tile the dataset, each written and compressed by itself.
///
/// Chunks are found through a B-tree of version 1, as all files do but those written for the newest libraries only, or
/// there is one chunk alone.
struct HDF5Chunks {
  private struct Chunk {
    let stored: Range<Int>
    /// Filters left out, a bit each.
    let mask: UInt64
    /// Its first element's place along each axis.
    let offset: [Int]
  }

  private let file: HDF5Bytes
  private let shape: [Int]
  private let float: HDF5Float
  private let filters: HDF5Filters
  /// A chunk's shape.
  private var sizes: [Int] = []
  /// Bytes of a chunk's numbers.
  private var byteCount = 0
  private var chunks: [Chunk] = []

  private static let unwritten = HDF5Damage(expected: "numbers", found: "none that were ever written")

  /// - Parameters:
  ///   - cursor: in a layout's message, behind its kind.
  ///   - shape: the dataset's, with no size of 0.
  init(
    _ cursor: inout HDF5Cursor, version: UInt8, shape: [Int], float: HDF5Float, filters: HDF5Filters
  ) throws(HDF5Damage) {
    (file, self.shape, self.float, self.filters) = (cursor.file, shape, float, filters)
    let flags = version == 3 ? 0 : try cursor.byte()
    // The elements count as an axis of their bytes.
    let axes = Int(try cursor.byte()) - 1
    guard axes == shape.count, axes > 0 else {
      throw HDF5Damage(expected: "chunks of \(shape.count) axes", found: "\(axes)")
    }
    if version == 3 {
      let root = try cursor.optionalAddress()
      try readSizes(&cursor, bytesEach: 4)
      guard let root else { throw HDF5Chunks.unwritten }
      try readTree(root)
    } else {
      try readSizes(&cursor, bytesEach: Int(min(try cursor.byte(), 8)))
      try readSingle(&cursor, flags: flags)
    }
    try checkTiling()
  }

  private mutating func readSizes(_ cursor: inout HDF5Cursor, bytesEach: Int) throws(HDF5Damage) {
    for _ in shape { sizes.append(try cursor.count(bytesEach)) }
    let elementSize = try cursor.count(bytesEach)
    var bytes = elementSize
    // Chunks beyond what the library itself would make are not worth their memory.
    for size in sizes where bytes > 0 && bytes < 1 << 32 {
      bytes = size < 1 << 32 / bytes + 1 ? bytes * size : .max
    }
    guard elementSize == float.size, bytes > 0, bytes < 1 << 32 else {
      throw HDF5Damage(
        expected: "chunks of at most 4 GB of elements of \(float.size) bytes", found: "\(sizes + [elementSize])")
    }
    byteCount = bytes
  }

  private mutating func readTree(_ root: Int) throws(HDF5Damage) {
    var found: [Chunk] = []
    try HDF5BTree1.forEach(.chunks, file, root: root, keySize: 8 + 8 * (shape.count + 1)) {
      key, address throws(HDF5Damage) in
      var key = key
      let (size, mask) = (try key.count(4), try key.number(4))
      var offset: [Int] = []
      for _ in shape { offset.append(try key.count(8)) }
      let stored = try file.cursor(at: address, count: size)
      found.append(Chunk(stored: stored.position..<stored.end, mask: mask, offset: offset))
    }
    chunks = found
  }

  /// The one chunk of a dataset that is no larger, in a layout of version 4.
  private mutating func readSingle(_ cursor: inout HDF5Cursor, flags: UInt8) throws(HDF5Damage) {
    let kind = try cursor.byte()
    guard kind == 1 else {
      let names: [UInt8: String] = [
        2: "an implicit index", 3: "a fixed array", 4: "an extensible array", 5: "a B-tree of version 2",
      ]
      throw HDF5Damage(
        expected: "chunks found by a B-tree of version 1", found: names[kind] ?? "an index of kind \(kind)")
    }
    let isFiltered = flags & 2 != 0
    let size = isFiltered ? try cursor.length() : byteCount
    let mask = isFiltered ? try cursor.number(4) : 0
    guard let address = try cursor.optionalAddress() else { throw HDF5Chunks.unwritten }
    let stored = try file.cursor(at: address, count: size)
    chunks = [Chunk(stored: stored.position..<stored.end, mask: mask, offset: shape.map { _ in 0 })]
  }

  /// Every number must come from exactly one chunk: the library would give zeros for those never written.
  private func checkTiling() throws(HDF5Damage) {
    guard !chunks.isEmpty else { throw HDF5Chunks.unwritten }
    var seen: Set<[Int]> = []
    for chunk in chunks {
      let fits = (0..<shape.count).allSatisfy {
        chunk.offset[$0] < shape[$0] && chunk.offset[$0] % sizes[$0] == 0
      }
      try filters.checkSize(of: chunk.stored.count, for: byteCount)
      guard fits, seen.insert(chunk.offset).inserted else {
        throw HDF5Damage(expected: "chunks that tile \(shape)", found: "one at \(chunk.offset)")
      }
    }
    // No more than elements, whose number is within reach.
    let wanted = zip(shape, sizes).reduce(1) { $0 * (($1.0 - 1) / $1.1 + 1) }
    guard chunks.count == wanted else {
      throw HDF5Damage(expected: "numbers in \(wanted) chunks", found: "\(chunks.count) that were ever written")
    }
  }

  /// The numbers as float32.
  func tensor() throws(HDF5Damage) -> Tensor {
    let result = Tensor(uninitialized: shape)
    let numbers = UnsafeMutablePointer<Float>.allocate(capacity: byteCount / float.size)
    defer { numbers.deallocate() }
    for chunk in chunks {
      let bytes = try filters.unfiltered(file[chunk.stored], mask: chunk.mask, size: byteCount)
      bytes.withUnsafeBytes { float.convert($0, into: numbers) }
      copy(numbers, at: chunk.offset, into: result.pointer)
    }
    return result
  }

  /// Copies a chunk row by row, without what lies beyond the dataset's edges.
  private func copy(_ numbers: UnsafeMutablePointer<Float>, at offset: [Int], into target: UnsafeMutablePointer<Float>)
  {
    let last = shape.count - 1
    let width = min(sizes[last], shape[last] - offset[last])
    for row in 0..<byteCount / float.size / sizes[last] {
      var (rest, place, stride) = (row, offset[last], shape[last])
      var isInside = true
      for axis in (0..<last).reversed() {
        let index = offset[axis] + rest % sizes[axis]
        rest /= sizes[axis]
        isInside = isInside && index < shape[axis]
        place += index * stride
        stride *= shape[axis]
      }
      if isInside { (target + place).update(from: numbers + row * sizes[last], count: width) }
    }
  }
}
