/// Text attributes: arrays of strings of one fixed width, or of any.
struct HDF5Strings {
  /// More than any list of layers has.
  private static let mostStrings = 1 << 20

  private let file: HDF5Bytes
  /// Objects of the heaps read so far, by the heap's address and their numbers in it.
  private var heaps: [Int: [Int: Range<Int>]] = [:]

  init(_ file: HDF5Bytes) { self.file = file }

  /// An attribute's strings in order.
  mutating func read(_ attribute: HDF5Attribute) throws(HDF5Damage) -> [String] {
    let shape = try HDF5Dataspace.shape(file, attribute.space)
    let count = shape?.reduce(1, *) ?? 0
    // An empty list has lost its type: Keras writes an array of no numbers.
    if count == 0 { return [] }
    guard count <= HDF5Strings.mostStrings else {
      throw HDF5Damage(expected: "at most \(HDF5Strings.mostStrings) strings", found: "\(count)")
    }
    let type = try attribute.type.map { range throws(HDF5Damage) in try HDF5Datatype(file, range) } ?? .named
    var value = file.cursor(attribute.value)
    switch type.kind {
    case .text(let paddedWithSpaces): return try fixed(&value, count, type.size, paddedWithSpaces)
    case .variableText: return try variable(&value, count)
    default: throw HDF5Damage(expected: "readable text", found: type.words)
    }
  }

  private func fixed(
    _ value: inout HDF5Cursor, _ count: Int, _ width: Int, _ paddedWithSpaces: Bool
  ) throws(HDF5Damage) -> [String] {
    guard width > 0 else { throw HDF5Damage(expected: "readable text", found: "strings of no width") }
    var strings: [String] = []
    for _ in 0..<count {
      let range = try value.part(width)
      let field = file.bytes[range]
      // Other languages pad with spaces.
      let end =
        paddedWithSpaces
        ? field.lastIndex { $0 != 0x20 }.map { $0 + 1 } ?? range.lowerBound
        : field.firstIndex(of: 0) ?? range.upperBound
      strings.append(file.text(range.lowerBound..<end))
    }
    return strings
  }

  /// Each element is a length and the heap and number of an object.
  private mutating func variable(_ value: inout HDF5Cursor, _ count: Int) throws(HDF5Damage) -> [String] {
    var strings: [String] = []
    for _ in 0..<count {
      let length = try value.count(4)
      let address = try value.number(file.format.addressSize)
      let number = try value.count(4)
      guard length > 0, address > 0 else {
        strings.append("")
        continue
      }
      strings.append(try string(length, heap: try heapAddress(address), number))
    }
    return strings
  }

  private func heapAddress(_ address: UInt64) throws(HDF5Damage) -> Int {
    guard address < UInt64(file.bytes.count - file.format.base) else {
      throw HDF5Damage(expected: "a heap in the file", found: "one at \(address)")
    }
    return file.format.base + Int(address)
  }

  private mutating func string(_ length: Int, heap address: Int, _ number: Int) throws(HDF5Damage) -> String {
    if heaps[address] == nil { heaps[address] = try heap(at: address) }
    guard let object = heaps[address]?[number], length <= object.count else {
      throw HDF5Damage(expected: "a string of \(length) bytes", found: "none at its place")
    }
    try file.charge(length)
    let range = object.prefix(length)
    let bytes = file.bytes[range]
    return file.text(range.lowerBound..<(bytes.firstIndex(of: 0) ?? range.upperBound))
  }

  /// The objects of a global heap.
  private func heap(at address: Int) throws(HDF5Damage) -> [Int: Range<Int>] {
    let lengthSize = file.format.lengthSize
    var head = try file.cursor(at: address, count: 8 + lengthSize)
    try head.expect("GCOL")
    try head.expect(version: 1, of: "a heap of strings")
    try head.skip(3)
    let size = try head.length()
    guard size >= 8 + lengthSize else { throw HDF5Damage(expected: "a heap of strings", found: "\(size) bytes") }
    var cursor = try file.cursor(at: head.position, count: size - 8 - lengthSize)
    var objects: [Int: Range<Int>] = [:]
    while cursor.left >= 8 + lengthSize {
      let number = try cursor.count(2)
      try cursor.skip(6)
      let size = try cursor.length()
      // The number 0 is that of the room left.
      if number == 0 { break }
      objects[number] = try cursor.part(size)
      try cursor.skip(min((8 - size % 8) % 8, cursor.left))
    }
    return objects
  }
}
