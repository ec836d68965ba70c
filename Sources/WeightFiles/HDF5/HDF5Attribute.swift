/// A named value that belongs to an object, as its header announces it.
struct HDF5Attribute: Sendable {
  let name: String
  /// Nil for a type kept elsewhere.
  let type: Range<Int>?
  let space: Range<Int>
  /// From the value on.
  let value: Range<Int>

  /// Every attribute of an object.
  static func all(_ file: HDF5Bytes, _ header: HDF5ObjectHeader) throws(HDF5Damage) -> [HDF5Attribute] {
    var attributes: [HDF5Attribute] = []
    for message in header.messages where message.kind == .attribute {
      // One in a heap that all objects of a file have in common is not looked for.
      if !message.isShared { attributes.append(try HDF5Attribute(file.cursor(message.body))) }
    }
    guard let info = header.first(.attributeInfo) else { return attributes }
    return try attributes + inHeap(file.cursor(info.body))
  }

  /// Attributes too many or too large for the header.
  private static func inHeap(_ cursor: HDF5Cursor) throws(HDF5Damage) -> [HDF5Attribute] {
    var cursor = cursor
    try cursor.expect(version: 0, of: "an object's attributes")
    try cursor.skip(try cursor.byte() & 1 != 0 ? 2 : 0)
    guard let heapAddress = try cursor.optionalAddress() else { return [] }
    let heap = try HDF5FractalHeap(cursor.file, at: heapAddress)
    var found: [HDF5Attribute] = []
    try HDF5BTree2(.attributeNames, cursor.file, at: try cursor.address()).forEach { record throws(HDF5Damage) in
      var record = record
      let object = try heap.object(&record)
      let isShared = try record.byte() & 2 != 0
      if !isShared { found.append(try HDF5Attribute(object)) }
    }
    return found
  }

  /// - Parameter cursor: at an attribute's message, of version 1, 2 or 3.
  private init(_ cursor: HDF5Cursor) throws(HDF5Damage) {
    var cursor = cursor
    let version = try cursor.byte()
    guard (1...3).contains(version) else {
      throw HDF5Damage(expected: "an attribute of version 1…3", found: "version \(version)")
    }
    let flags = try cursor.byte()
    let sizes = (name: try cursor.count(2), type: try cursor.count(2), space: try cursor.count(2))
    // How the name is encoded.
    if version == 3 { try cursor.skip(1) }
    // The first version fills each part up to a multiple of eight bytes.
    func padded(_ size: Int) -> Int { version == 1 ? (size + 7) / 8 * 8 : size }
    let nameRange = try cursor.part(padded(sizes.name)).prefix(sizes.name)
    let bytes = cursor.file.bytes[nameRange]
    name = cursor.file.text(nameRange.lowerBound..<(bytes.firstIndex(of: 0) ?? bytes.endIndex))
    let typeRange = try cursor.part(padded(sizes.type)).prefix(sizes.type)
    type = version > 1 && flags & 1 != 0 ? nil : typeRange
    space = try cursor.part(padded(sizes.space)).prefix(sizes.space)
    value = cursor.position..<cursor.end
  }
}
