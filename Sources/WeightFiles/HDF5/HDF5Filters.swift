import Files

/// What was done to a dataset's chunks, one filter after another, before they were written.
struct HDF5Filters {
  private enum Filter {
    case deflate
    /// The first bytes of all elements, then the second ones, and so on.
    case shuffle(elementSize: Int)
    /// A checksum behind the bytes.
    case fletcher32
  }

  /// Deflate makes nothing smaller than this part of it.
  private static let mostDeflation = 1032

  /// No more are allowed by the format.
  private static let mostFilters = 32

  private var filters: [Filter] = []

  /// None.
  init() {}

  init(_ file: HDF5Bytes, _ body: Range<Int>) throws(HDF5Damage) {
    var cursor = file.cursor(body)
    let version = try cursor.byte()
    guard version == 1 || version == 2 else {
      throw HDF5Damage(expected: "filters of version 1 or 2", found: "version \(version)")
    }
    let count = try cursor.byte()
    guard count <= HDF5Filters.mostFilters else {
      throw HDF5Damage(expected: "at most \(HDF5Filters.mostFilters) filters", found: "\(count)")
    }
    if version == 1 { try cursor.skip(6) }
    for _ in 0..<count { filters.append(try HDF5Filters.filter(&cursor, version)) }
  }

  private static func filter(_ cursor: inout HDF5Cursor, _ version: UInt8) throws(HDF5Damage) -> Filter {
    let number = try cursor.count(2)
    let nameLength = version == 1 || number >= 256 ? try cursor.count(2) : 0
    try cursor.skip(2)
    let valueCount = try cursor.count(2)
    try cursor.skip(version == 1 ? (nameLength + 7) / 8 * 8 : nameLength)
    var values = cursor.file.cursor(try cursor.part(4 * valueCount))
    if version == 1, valueCount % 2 == 1 { try cursor.skip(min(4, cursor.left)) }
    switch number {
    case 1: return .deflate
    case 2:
      let size = try values.count(4)
      guard size > 0 else { throw HDF5Damage(expected: "elements to shuffle", found: "some of no bytes") }
      return .shuffle(elementSize: size)
    case 3: return .fletcher32
    default:
      let names = [4: "szip", 5: "n-bit", 6: "scale-offset", 32000: "LZF"]
      throw HDF5Damage(
        expected: "numbers compressed by deflate or not at all", found: "the filter \(names[number] ?? "\(number)")")
    }
  }

  /// Refuses a chunk of so few bytes that it cannot hold `size`, before memory is taken for them.
  func checkSize(of stored: Int, for size: Int) throws(HDF5Damage) {
    guard stored >= size / HDF5Filters.mostDeflation else {
      throw HDF5Damage(expected: "a chunk of \(size) bytes", found: "\(stored) compressed ones")
    }
  }

  /// A chunk's numbers as they were before the filters.
  /// - Parameters:
  ///   - mask: a bit for each filter that was left out.
  ///   - size: bytes they take.
  func unfiltered(_ stored: UnsafeRawBufferPointer, mask: UInt64, size: Int) throws(HDF5Damage) -> [UInt8] {
    var bytes = Array(stored)
    for (index, filter) in filters.enumerated().reversed() where mask >> UInt64(index) & 1 == 0 {
      switch filter {
      // A checksum taken before compression is four bytes more.
      case .deflate: bytes = try HDF5Filters.inflated(bytes, atMost: size + 4 * filters[..<index].count)
      case .shuffle(let elementSize): bytes = try HDF5Filters.unshuffled(bytes, elementSize)
      case .fletcher32: bytes = try HDF5Filters.verified(bytes)
      }
    }
    guard bytes.count == size else {
      throw HDF5Damage(expected: "a chunk of \(size) bytes", found: "one of \(bytes.count)")
    }
    return bytes
  }

  private static func inflated(_ bytes: [UInt8], atMost size: Int) throws(HDF5Damage) -> [UInt8] {
    do { return try Inflation.zlib(bytes, atMost: size) } catch {
      throw HDF5Damage(expected: "\(size) compressed bytes", found: "others, \(error.reason)")
    }
  }

  private static func unshuffled(_ bytes: [UInt8], _ elementSize: Int) throws(HDF5Damage) -> [UInt8] {
    let count = bytes.count / elementSize
    guard count > 0 else {
      throw HDF5Damage(expected: "elements that fit a chunk of \(bytes.count) bytes", found: "some of \(elementSize)")
    }
    // What is left over behind the last whole element stays.
    var result = bytes
    for byte in 0..<elementSize {
      for index in 0..<count { result[index * elementSize + byte] = bytes[byte * count + index] }
    }
    return result
  }

  private static func verified(_ bytes: [UInt8]) throws(HDF5Damage) -> [UInt8] {
    let sum = bytes.suffix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    let data = Array(bytes.dropLast(4))
    guard bytes.count >= 4, data.withUnsafeBytes({ HDF5Checksum.fletcher32($0) }) == sum else {
      throw HDF5Damage(expected: "the checksum of a chunk", found: "another")
    }
    return data
  }
}
