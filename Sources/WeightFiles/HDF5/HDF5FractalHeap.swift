/// A heap for the links or attributes of one object that do not fit its header.
///
/// Its objects lie in blocks of doubling size, which a table of addresses tells of, tables below it if need be; large
/// ones lie by themselves, small ones in the identifier they are known by.
struct HDF5FractalHeap {
  private let file: HDF5Bytes
  private let idLength: Int
  private let offsetSize: Int
  private let sizeSize: Int
  /// Blocks in a row of the table, bytes of the first rows' blocks and of the largest that hold objects.
  private let columns: Int
  private let firstSize: Int
  private let largestSize: Int
  private let root: (address: Int?, rows: Int)
  /// Large objects by their numbers.
  private var huge: [UInt64: Range<Int>] = [:]

  init(_ file: HDF5Bytes, at address: Int) throws(HDF5Damage) {
    self.file = file
    let (addressSize, lengthSize) = (file.format.addressSize, file.format.lengthSize)
    var cursor = try file.cursor(at: address, count: 22 + 3 * addressSize + 12 * lengthSize)
    try cursor.expect("FRHP")
    try cursor.expect(version: 0, of: "a heap")
    idLength = try cursor.count(2)
    guard try cursor.count(2) == 0 else {
      throw HDF5Damage(expected: "a heap as it is", found: "a compressed one, which is not read")
    }
    try cursor.skip(1)
    let largestObject = try cursor.count(4)
    try cursor.skip(lengthSize)
    let hugeObjects = try cursor.optionalAddress()
    try cursor.skip(addressSize + 9 * lengthSize)
    columns = try cursor.count(2)
    firstSize = try cursor.length()
    largestSize = try cursor.length()
    let bits = try cursor.count(2)
    try cursor.skip(2)
    root = (try cursor.optionalAddress(), try cursor.count(2))
    try file.verifyChecksum(address..<cursor.position)
    func isPower(_ value: Int) -> Bool { value > 0 && value & (value - 1) == 0 }
    guard isPower(columns), isPower(firstSize), isPower(largestSize), firstSize <= largestSize,
      largestSize <= 1 << 32, bits <= 64, largestObject > 0
    else { throw HDF5Damage(expected: "a heap of blocks of doubling size", found: "other sizes") }
    offsetSize = (bits + 7) / 8
    let objectBits = Int.bitWidth - largestObject.leadingZeroBitCount
    sizeSize = min((largestSize.trailingZeroBitCount + 7) / 8, (objectBits + 7) / 8)
    if let hugeObjects { try readHuge(hugeObjects) }
  }

  private mutating func readHuge(_ address: Int) throws(HDF5Damage) {
    var found: [UInt64: Range<Int>] = [:]
    try HDF5BTree2(.hugeHeapObjects, file, at: address).forEach { record throws(HDF5Damage) in
      var record = record
      let (start, count) = (try record.address(), try record.length())
      guard count <= file.bytes.count - start else {
        throw HDF5Damage(expected: "\(count) bytes at \(start)", found: "a file of \(file.bytes.count) bytes")
      }
      found[try record.number(file.format.lengthSize)] = start..<start + count
    }
    huge = found
  }

  /// The object that the identifier at a cursor stands for.
  func object(_ cursor: inout HDF5Cursor) throws(HDF5Damage) -> HDF5Cursor {
    var id = file.cursor(try cursor.part(idLength))
    let flags = try id.byte()
    switch flags >> 4 {
    case 0:
      let (offset, count) = (try id.count(offsetSize), try id.count(sizeSize))
      return try file.cursor(at: try place(offset, count), count: count)
    case 1:
      let number = try id.number(min(id.left, file.format.lengthSize))
      guard let range = huge[number] else {
        throw HDF5Damage(expected: "an object in a heap", found: "none of its number \(number)")
      }
      return try file.cursor(at: range.lowerBound, count: range.count)
    case 2:
      // Identifiers longer than 16 bytes keep lengths of 12 bits.
      let count = idLength <= 17 ? Int(flags & 0xf) : Int(flags & 0xf) << 8 | Int(try id.byte())
      return file.cursor(try id.part(count + 1))
    default: throw HDF5Damage(expected: "an object in a heap", found: "an identifier of another kind")
    }
  }

  /// Where the `count` bytes at an offset in the heap are in the file.
  private func place(_ offset: Int, _ count: Int) throws(HDF5Damage) -> Int {
    guard var address = root.address else { throw HDF5Damage(expected: "an object in a heap", found: "an empty heap") }
    var (offset, rows, size) = (offset, root.rows, firstSize)
    while rows > 0 {
      let (row, column, start) = block(offset)
      guard row < rows else { throw HDF5Damage(expected: "an object in a heap", found: "one beyond its end") }
      size = rowSize(row)
      try checkSignature("FHIB", at: address)
      // Behind the signature, the version, the heap's address and the block's place in the heap.
      let entries = address + 5 + file.format.addressSize + offsetSize
      var entry = try file.cursor(
        at: entries + (row * columns + column) * file.format.addressSize, count: file.format.addressSize)
      address = try entry.address()
      offset -= start
      let directRows = largestSize.trailingZeroBitCount - firstSize.trailingZeroBitCount + 2
      // A block of a later row is a table itself, of as many rows as its bytes take.
      rows =
        row < directRows ? 0 : size.trailingZeroBitCount - (firstSize * columns).trailingZeroBitCount + 1
    }
    try checkSignature("FHDB", at: address)
    guard offset <= size, count <= size - offset else {
      throw HDF5Damage(expected: "an object in a heap's block", found: "one beyond its end")
    }
    return address + offset
  }

  private func checkSignature(_ signature: String, at address: Int) throws(HDF5Damage) {
    var cursor = file.cursor(address..<min(address + 4, file.bytes.count))
    try cursor.expect(signature)
  }

  /// The table's row and column that an offset lies in, and where that block starts. Two rows have the first size.
  private func block(_ offset: Int) -> (row: Int, column: Int, start: Int) {
    let whole = firstSize * columns
    let row = offset < whole ? 0 : Int.bitWidth - (offset / whole).leadingZeroBitCount
    let start = row == 0 ? 0 : whole << (row - 1)
    let column = (offset - start) / rowSize(row)
    return (row, column, start + column * rowSize(row))
  }

  private func rowSize(_ row: Int) -> Int { row < 2 ? firstSize : firstSize << (row - 1) }
}
