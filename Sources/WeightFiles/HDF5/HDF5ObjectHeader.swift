/// What is said of one object: messages of many kinds, in one part of the file or several. Versions 1 and 2.
struct HDF5ObjectHeader {
  /// The kinds of message that are looked at.
  enum Kind: UInt16 {
    case dataspace = 0x1
    case linkInfo = 0x2
    case datatype = 0x3
    case link = 0x6
    case externalFiles = 0x7
    case layout = 0x8
    case filters = 0xb
    case attribute = 0xc
    case continuation = 0x10
    case symbolTable = 0x11
    case attributeInfo = 0x15
  }

  struct Message {
    let kind: Kind
    /// Whether the part holds not the message but where it is.
    let isShared: Bool
    let body: Range<Int>
  }

  private(set) var messages: [Message] = []

  /// The first message of a kind.
  func first(_ kind: Kind) -> Message? { messages.first { $0.kind == kind } }

  /// Reads the header at an address.
  init(_ file: HDF5Bytes, at address: Int) throws(HDF5Damage) {
    var start = try file.cursor(at: address, count: 8)
    if try start.byte() == 1 {
      try readVersion1(file, at: address)
    } else {
      try readVersion2(file, at: address)
    }
  }

  private mutating func readVersion1(_ file: HDF5Bytes, at address: Int) throws(HDF5Damage) {
    var prefix = try file.cursor(at: address, count: 16)
    try prefix.skip(8)
    let size = try prefix.count(4)
    var parts = [try file.cursor(at: address + 16, count: size)]
    while var part = parts.popLast() {
      while part.left >= 8 {
        let (kind, size) = (UInt16(try part.number(2)), try part.count(2))
        let flags = try part.byte()
        try part.skip(3)
        try add(kind, flags, try part.part(size))
        if let next = try continuation(file) { parts.append(try file.cursor(at: next.lowerBound, count: next.count)) }
      }
    }
  }

  private mutating func readVersion2(_ file: HDF5Bytes, at address: Int) throws(HDF5Damage) {
    let longestPrefix = 4 + 2 + 16 + 4 + 8
    var prefix = try file.cursor(at: address, count: min(longestPrefix, file.bytes.count - address))
    try prefix.expect("OHDR")
    try prefix.expect(version: 2, of: "an object's header")
    let flags = try prefix.byte()
    if flags & 0x20 != 0 { try prefix.skip(16) }
    if flags & 0x10 != 0 { try prefix.skip(4) }
    let size = try prefix.count(1 << Int(flags & 3))
    // Each part has a checksum behind it.
    let first = try file.cursor(at: prefix.position, count: size)
    try file.verifyChecksum(address..<first.end)
    var parts = [first]
    let ordered = flags & 4 != 0
    while var part = parts.popLast() {
      // What is shorter than a message's beginning is a gap.
      while part.left >= (ordered ? 6 : 4) {
        let (kind, size) = (UInt16(try part.byte()), try part.count(2))
        let flags = try part.byte()
        if ordered { try part.skip(2) }
        try add(kind, flags, try part.part(size))
        if let next = try continuation(file) { parts.append(try HDF5ObjectHeader.continued(file, next)) }
      }
    }
  }

  private static func continued(_ file: HDF5Bytes, _ range: Range<Int>) throws(HDF5Damage) -> HDF5Cursor {
    var part = try file.cursor(at: range.lowerBound, count: range.count)
    try part.expect("OCHK")
    guard part.left >= 4 else { throw HDF5Damage(expected: "a checksum", found: "\(part.left) bytes") }
    try file.verifyChecksum(range.lowerBound..<range.upperBound - 4)
    return file.cursor(part.position..<part.end - 4)
  }

  private mutating func add(_ kind: UInt16, _ flags: UInt8, _ body: Range<Int>) throws(HDF5Damage) {
    guard let kind = Kind(rawValue: kind) else { return }
    // Every kind has more; bounds how many a header can hold.
    guard body.count >= 4 else {
      throw HDF5Damage(expected: "a message of 4 bytes or more at \(body.lowerBound)", found: "\(body.count)")
    }
    messages.append(Message(kind: kind, isShared: flags & 2 != 0, body: body))
  }

  /// Where the header goes on, when that is what the last message says; takes the message away.
  private mutating func continuation(_ file: HDF5Bytes) throws(HDF5Damage) -> Range<Int>? {
    guard messages.last?.kind == .continuation, let message = messages.popLast() else { return nil }
    var cursor = file.cursor(message.body)
    let (address, count) = (try cursor.address(), try cursor.length())
    guard count <= file.bytes.count - address else {
      throw HDF5Damage(expected: "\(count) bytes at \(address)", found: "a file of \(file.bytes.count) bytes")
    }
    return address..<address + count
  }
}
