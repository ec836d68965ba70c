/// A group's members by their names. Links by a path or to other files are left out.
enum HDF5Links {
  struct Link {
    let name: Range<Int>
    /// Where the member's header is.
    let address: Int
  }

  /// - Parameter header: a group's.
  static func read(_ file: HDF5Bytes, _ header: HDF5ObjectHeader) throws(HDF5Damage) -> [Link] {
    var links: [Link] = []
    for message in header.messages where [.link, .linkInfo, .symbolTable].contains(message.kind) {
      guard !message.isShared else { throw HDF5Damage(expected: "links of the group", found: "shared ones") }
      var cursor = file.cursor(message.body)
      switch message.kind {
      case .link: if let link = try link(&cursor) { links.append(link) }
      case .linkInfo: try readHeap(&cursor, into: &links)
      default: try readSymbolTable(&cursor, into: &links)
      }
    }
    return links
  }

  /// One link in the new form; nil when it leads elsewhere than to an object of this file by its address.
  private static func link(_ cursor: inout HDF5Cursor) throws(HDF5Damage) -> Link? {
    try cursor.expect(version: 1, of: "a link")
    let flags = try cursor.byte()
    let kind = flags & 8 != 0 ? try cursor.byte() : 0
    // Its place in the order of creation, and how its name is encoded.
    try cursor.skip((flags & 4 != 0 ? 8 : 0) + (flags & 0x10 != 0 ? 1 : 0))
    let name = try cursor.part(try cursor.count(1 << Int(flags & 3)))
    return kind == 0 ? Link(name: name, address: try cursor.address()) : nil
  }

  /// Links too many for the header: a tree of their names, which tells where they are in a heap.
  private static func readHeap(_ cursor: inout HDF5Cursor, into links: inout [Link]) throws(HDF5Damage) {
    let file = cursor.file
    try cursor.expect(version: 0, of: "a group's links")
    try cursor.skip(try cursor.byte() & 1 != 0 ? 8 : 0)
    guard let heapAddress = try cursor.optionalAddress() else { return }
    let heap = try HDF5FractalHeap(file, at: heapAddress)
    var found: [Link] = []
    try HDF5BTree2(.linkNames, file, at: try cursor.address()).forEach { record throws(HDF5Damage) in
      var record = record
      // The hash of its name.
      try record.skip(4)
      var object = try heap.object(&record)
      if let link = try link(&object) { found.append(link) }
    }
    links += found
  }

  /// Links in the old form: a tree of tables, names in a heap.
  private static func readSymbolTable(_ cursor: inout HDF5Cursor, into links: inout [Link]) throws(HDF5Damage) {
    let file = cursor.file
    let (root, heap) = (try cursor.address(), try cursor.address())
    let names = try localHeap(file, at: heap)
    var found: [Link] = []
    try HDF5BTree1.forEach(.groupNodes, file, root: root, keySize: file.format.lengthSize) {
      _, address throws(HDF5Damage) in
      var head = try file.cursor(at: address, count: 8)
      try head.expect("SNOD")
      try head.expect(version: 1, of: "a group's table")
      try head.skip(1)
      let count = try head.count(2)
      var table = try file.cursor(at: head.end, count: count * (24 + 2 * file.format.addressSize))
      for _ in 0..<count {
        let nameOffset = try table.count(file.format.addressSize)
        let object = try table.optionalAddress()
        let kind = try table.number(4)
        try table.skip(20)
        // Kind 2 is a link by a path.
        guard kind != 2 else { continue }
        guard let object else { throw HDF5Damage(expected: "a member's address", found: "none") }
        found.append(Link(name: try name(file, names, at: nameOffset), address: object))
      }
    }
    links += found
  }

  private static func localHeap(_ file: HDF5Bytes, at address: Int) throws(HDF5Damage) -> Range<Int> {
    var head = try file.cursor(at: address, count: 8 + 2 * file.format.lengthSize + file.format.addressSize)
    try head.expect("HEAP")
    try head.expect(version: 0, of: "a heap of names")
    try head.skip(3)
    let size = try head.length()
    try head.skip(file.format.lengthSize)
    let data = try file.cursor(at: try head.address(), count: size)
    return data.position..<data.end
  }

  private static func name(_ file: HDF5Bytes, _ heap: Range<Int>, at offset: Int) throws(HDF5Damage) -> Range<Int> {
    guard offset < heap.count else { throw HDF5Damage(expected: "a name in its heap", found: "one beyond its end") }
    let start = heap.lowerBound + offset
    guard let end = file.bytes[start..<heap.upperBound].firstIndex(of: 0) else {
      throw HDF5Damage(expected: "a name that ends", found: "one that does not")
    }
    try file.charge(end - start)
    return start..<end
  }
}
