/// B-trees of version 1: of a group's names, and of a dataset's chunks.
enum HDF5BTree1 {
  enum Kind: UInt8 {
    case groupNodes = 0
    case chunks = 1
  }

  /// Calls `visit` with the key and the address of everything in the leaves.
  /// - Parameter keySize: bytes of a key.
  static func forEach(
    _ kind: Kind, _ file: HDF5Bytes, root: Int, keySize: Int,
    _ visit: (_ key: HDF5Cursor, _ address: Int) throws(HDF5Damage) -> Void
  ) throws(HDF5Damage) {
    let addressSize = file.format.addressSize
    var nodes: [(address: Int, level: Int?)] = [(root, nil)]
    while let node = nodes.popLast() {
      var head = try file.cursor(at: node.address, count: 8 + 2 * addressSize)
      try head.expect("TREE")
      let (found, level, count) = (try head.byte(), Int(try head.byte()), try head.count(2))
      guard found == kind.rawValue, level == node.level ?? level else {
        throw HDF5Damage(
          expected: "a tree's node of kind \(kind.rawValue) on level \(node.level ?? level)",
          found: "kind \(found) on level \(level)")
      }
      var entries = try file.cursor(at: head.end, count: count * (keySize + addressSize))
      for _ in 0..<count {
        let key = file.cursor(try entries.part(keySize))
        let child = try entries.address()
        if level == 0 { try visit(key, child) } else { nodes.append((child, level - 1)) }
      }
    }
  }
}

/// B-trees of version 2: of the links and attributes that do not fit their object's header, and of a heap's large parts.
struct HDF5BTree2 {
  /// What a tree's records are.
  enum Kind: UInt8 {
    case hugeHeapObjects = 1
    case linkNames = 5
    case attributeNames = 8
  }

  /// Deeper than any tree of a file that can be mapped.
  private static let mostLevels = 16

  private let file: HDF5Bytes
  private let kind: Kind
  private let nodeSize: Int
  private let recordSize: Int
  private let depth: Int
  private let root: (address: Int?, count: Int)
  /// For the nodes of each level, leaves first: bytes that the number of records of one takes, and of all below it.
  private var countSizes: [(own: Int, below: Int)] = []

  init(_ kind: Kind, _ file: HDF5Bytes, at address: Int) throws(HDF5Damage) {
    (self.file, self.kind) = (file, kind)
    var cursor = try file.cursor(at: address, count: 18 + file.format.addressSize + file.format.lengthSize)
    try cursor.expect("BTHD")
    try cursor.expect(version: 0, of: "a tree's header")
    let found = try cursor.byte()
    guard found == kind.rawValue else {
      throw HDF5Damage(expected: "a tree of kind \(kind.rawValue)", found: "kind \(found)")
    }
    nodeSize = try cursor.count(4)
    recordSize = try cursor.count(2)
    depth = try cursor.count(2)
    try cursor.skip(2)
    root = (try cursor.optionalAddress(), try cursor.count(2))
    try cursor.skip(file.format.lengthSize)
    try file.verifyChecksum(address..<cursor.position)
    guard depth <= HDF5BTree2.mostLevels, recordSize > 0, nodeSize > 10 + recordSize else {
      throw HDF5Damage(
        expected: "a tree of at most \(HDF5BTree2.mostLevels) levels and of records that fit its nodes",
        found: "\(depth) levels, records of \(recordSize) bytes, nodes of \(nodeSize)")
    }
    try measureLevels()
  }

  /// Numbers in a node take as many bytes as the largest that is possible there needs.
  private mutating func measureLevels() throws(HDF5Damage) {
    func size(_ most: Int) -> Int { (Int.bitWidth - most.leadingZeroBitCount + 7) / 8 }
    var total = (nodeSize - 10) / recordSize
    countSizes = [(size(total), 0)]
    for _ in 0..<depth {
      let pointer = file.format.addressSize + countSizes[0].own + countSizes.last!.below
      let most = (nodeSize - 10 - pointer) / (recordSize + pointer)
      let (below, overflows) = (most + 1).multipliedReportingOverflow(by: total)
      guard most > 0, !overflows, below < Int.max / 2 else {
        throw HDF5Damage(expected: "nodes with room for records", found: "nodes of \(nodeSize) bytes, \(depth) levels")
      }
      total = below + most
      countSizes.append((size(most), size(total)))
    }
  }

  /// Calls `visit` with every record.
  func forEach(_ visit: (HDF5Cursor) throws(HDF5Damage) -> Void) throws(HDF5Damage) {
    guard let address = root.address else { return }
    var nodes = [(address: address, count: root.count, level: depth)]
    while let node = nodes.popLast() {
      let pointers = node.level == 0 ? 0 : (node.count + 1) * pointerSize(level: node.level)
      let size = 6 + node.count * recordSize + pointers
      var cursor = try file.cursor(at: node.address, count: size)
      try cursor.expect(node.level == 0 ? "BTLF" : "BTIN")
      try cursor.expect(version: 0, of: "a tree's node")
      try cursor.expect(version: kind.rawValue, of: "a tree's records")
      try file.verifyChecksum(node.address..<node.address + size)
      for _ in 0..<node.count { try visit(file.cursor(try cursor.part(recordSize))) }
      guard node.level > 0 else { continue }
      for _ in 0...node.count {
        let child = try cursor.address()
        let count = try cursor.count(countSizes[0].own)
        try cursor.skip(countSizes[node.level - 1].below)
        nodes.append((child, count, node.level - 1))
      }
    }
  }

  private func pointerSize(level: Int) -> Int {
    file.format.addressSize + countSizes[0].own + countSizes[level - 1].below
  }
}
