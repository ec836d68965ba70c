/// The compiled form: six 16-bit numbers, then names, booleans, numbers, string offsets and strings; the extended
/// capabilities follow in the same manner with their names at the end.
extension TerminfoEntry {
  private static let legacyMagic = 0x11A
  private static let wideMagic = 0x21E

  /// Reads an entry; nil when the bytes are no terminfo entry or are cut short.
  init?(data: [UInt8]) {
    var reader = Reader(data: data)
    guard let magic = reader.short(), magic == Self.legacyMagic || magic == Self.wideMagic else { return nil }
    let numberSize = magic == Self.wideMagic ? 4 : 2
    guard let nameSize = reader.short(), let booleanCount = reader.short(), let numberCount = reader.short(),
      let stringCount = reader.short(), let tableSize = reader.short(),
      let names = reader.bytes(nameSize), let booleans = reader.bytes(booleanCount)
    else { return nil }
    reader.align()
    guard let numbers = reader.numbers(numberCount, size: numberSize), let offsets = reader.offsets(stringCount),
      let table = reader.bytes(tableSize)
    else { return nil }
    self.names = names
    self.booleans = booleans
    self.numbers = numbers
    strings = offsets.map { Self.string(in: table, at: $0) }
    reader.align()
    readExtended(&reader, numberSize: numberSize)
  }

  /// Without extended capabilities the entry is whole as it is.
  private mutating func readExtended(_ reader: inout Reader, numberSize: Int) {
    guard let booleanCount = reader.short(), let numberCount = reader.short(), let stringCount = reader.short(),
      reader.short() != nil, let tableSize = reader.short(), let booleans = reader.bytes(booleanCount)
    else { return }
    reader.align()
    let nameCount = booleanCount + numberCount + stringCount
    guard let numbers = reader.numbers(numberCount, size: numberSize), let offsets = reader.offsets(stringCount),
      let nameOffsets = reader.offsets(nameCount), let table = reader.bytes(tableSize)
    else { return }
    let values = offsets.map { Self.string(in: table, at: $0) }
    // Names follow the last value; their offsets count from there.
    let namesBegin = zip(offsets, values).reduce(0) { $1.0 < 0 ? $0 : max($0, $1.0 + ($1.1?.count ?? 0) + 1) }
    let names = nameOffsets.map { String(decoding: Self.string(in: table, at: namesBegin + $0) ?? [], as: UTF8.self) }
    extendedBooleans = booleans.enumerated().map { Extended(name: names[$0.offset], value: $0.element) }
    extendedNumbers = numbers.enumerated().map { Extended(name: names[booleanCount + $0.offset], value: $0.element) }
    extendedStrings = values.enumerated().map {
      Extended(name: names[booleanCount + numberCount + $0.offset], value: $0.element)
    }
  }

  private static func string(in table: [UInt8], at offset: Int) -> [UInt8]? {
    guard offset >= 0, offset < table.count else { return nil }
    return Array(table[offset...].prefix { $0 != 0 })
  }

  /// The entry in the form with 32-bit numbers, which 24-bit colours need.
  func serialized() -> [UInt8] {
    var writer = Writer()
    let (offsets, table) = Self.table(strings)
    for value in [Self.wideMagic, names.count, booleans.count, numbers.count, strings.count, table.count] {
      writer.short(value)
    }
    writer.bytes += names + booleans
    writer.align()
    numbers.forEach { writer.long($0) }
    offsets.forEach { writer.short($0) }
    writer.bytes += table
    writer.align()

    let (valueOffsets, values) = Self.table(extendedStrings.map(\.value))
    let extendedNames = extendedBooleans.map(\.name) + extendedNumbers.map(\.name) + extendedStrings.map(\.name)
    let (nameOffsets, nameTable) = Self.table(extendedNames.map { Array($0.utf8) })
    let present = valueOffsets.filter { $0 >= 0 }.count + nameOffsets.count
    for value in [
      extendedBooleans.count, extendedNumbers.count, extendedStrings.count, present, values.count + nameTable.count,
    ] { writer.short(value) }
    writer.bytes += extendedBooleans.map(\.value)
    writer.align()
    extendedNumbers.forEach { writer.long($0.value) }
    (valueOffsets + nameOffsets).forEach { writer.short($0) }
    writer.bytes += values + nameTable
    return writer.bytes
  }

  private static func table(_ strings: [[UInt8]?]) -> (offsets: [Int], bytes: [UInt8]) {
    var bytes: [UInt8] = []
    let offsets = strings.map { string -> Int in
      guard let string else { return -1 }
      defer { bytes += string + [0] }
      return bytes.count
    }
    return (offsets, bytes)
  }

  /// Takes little-endian values off the front; nil past the end.
  private struct Reader {
    let data: [UInt8]
    var position = 0

    mutating func bytes(_ count: Int) -> [UInt8]? {
      guard count >= 0, position + count <= data.count else { return nil }
      defer { position += count }
      return Array(data[position..<position + count])
    }

    mutating func short() -> Int? {
      bytes(2).map { Int(Int16(bitPattern: UInt16($0[0]) | UInt16($0[1]) << 8)) }
    }

    mutating func numbers(_ count: Int, size: Int) -> [Int32]? {
      guard let raw = bytes(count * size) else { return nil }
      return (0..<count).map { index in
        let b = raw[index * size..<(index + 1) * size].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return size == 4 ? Int32(bitPattern: b) : Int32(Int16(bitPattern: UInt16(b)))
      }
    }

    mutating func offsets(_ count: Int) -> [Int]? {
      numbers(count, size: 2)?.map { Int($0) }
    }

    mutating func align() { position += position & 1 }
  }

  private struct Writer {
    var bytes: [UInt8] = []

    mutating func short(_ value: Int) {
      let bits = UInt16(truncatingIfNeeded: value)
      bytes += [UInt8(bits & 255), UInt8(bits >> 8)]
    }

    mutating func long(_ value: Int32) {
      let bits = UInt32(bitPattern: value)
      bytes += (0..<4).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
    }

    mutating func align() { if bytes.count & 1 == 1 { bytes.append(0) } }
  }
}
