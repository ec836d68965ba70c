/// The compiled form: six 16-bit numbers, then names, booleans, numbers, string offsets and strings; the extended
/// capabilities follow in the same manner with their names at the end.
extension TerminfoEntry {
  private static let legacyMagic = 0x11A
  private static let wideMagic = 0x21E

  /// The most capabilities that have places of their own.
  private static let limits = (booleans: 44, numbers: 39, strings: 414)

  /// The most bytes of an entry.
  static let largest = 32_768

  /// Reads an entry; nil unless all of the bytes are one whole terminfo entry.
  package init?(data: [UInt8]) {
    guard data.count <= Self.largest else { return nil }
    var reader = Reader(data: data)
    guard let magic = reader.short(), magic == Self.legacyMagic || magic == Self.wideMagic else { return nil }
    let numberSize = magic == Self.wideMagic ? 4 : 2
    guard let nameSize = reader.count(atMost: 512), nameSize > 1,
      let booleanCount = reader.count(atMost: Self.limits.booleans),
      let numberCount = reader.count(atMost: Self.limits.numbers),
      let stringCount = reader.count(atMost: Self.limits.strings), let tableSize = reader.count(atMost: .max),
      let names = reader.bytes(nameSize), names.last == 0,
      names.dropLast().allSatisfy({ (0x20..<0x7F).contains($0) }), let booleans = reader.flags(booleanCount)
    else { return nil }
    reader.align()
    guard let numbers = reader.numbers(numberCount, size: numberSize), let offsets = reader.offsets(stringCount),
      let table = reader.bytes(tableSize), let strings = Self.strings(in: table, at: offsets)
    else { return nil }
    self.init(names: names.dropLast(), booleans: booleans, numbers: numbers, strings: strings)
    reader.align()
    guard reader.isAtEnd || (readExtended(&reader, numberSize: numberSize) && reader.isAtEnd) else { return nil }
  }

  /// - Returns: false when they are damaged.
  private mutating func readExtended(_ reader: inout Reader, numberSize: Int) -> Bool {
    guard let booleanCount = reader.count(atMost: .max), let numberCount = reader.count(atMost: .max),
      let stringCount = reader.count(atMost: .max), reader.count(atMost: .max) != nil,
      let tableSize = reader.count(atMost: .max), let booleans = reader.flags(booleanCount)
    else { return false }
    reader.align()
    let nameCount = booleanCount + numberCount + stringCount
    guard let numbers = reader.numbers(numberCount, size: numberSize), let offsets = reader.offsets(stringCount),
      let nameOffsets = reader.offsets(nameCount), let table = reader.bytes(tableSize),
      let values = Self.strings(in: table, at: offsets)
    else { return false }
    // Names follow the last value; their offsets count from there.
    let namesBegin = zip(offsets, values).reduce(0) { $1.0 < 0 ? $0 : max($0, $1.0 + ($1.1?.count ?? 0) + 1) }
    guard let found = Self.strings(in: Array(table[namesBegin...]), at: nameOffsets) else { return false }
    let names = found.compactMap { $0.map { String(decoding: $0, as: UTF8.self) } }
    guard names.count == nameCount else { return false }
    extendedBooleans = zip(names, booleans).map { Extended(name: $0, value: $1) }
    extendedNumbers = zip(names.dropFirst(booleanCount), numbers).map { Extended(name: $0, value: $1) }
    extendedStrings = zip(names.dropFirst(booleanCount + numberCount), values).map { Extended(name: $0, value: $1) }
    reader.align()
    return true
  }

  /// Strings by their offsets, negative where there is none; nil when one is not inside the table.
  private static func strings(in table: [UInt8], at offsets: [Int]) -> [[UInt8]?]? {
    var strings: [[UInt8]?] = []
    for offset in offsets {
      guard offset >= 0 else {
        guard offset >= -2 else { return nil }
        strings.append(nil)
        continue
      }
      guard offset < table.count, let end = table[offset...].firstIndex(of: 0) else { return nil }
      strings.append(Array(table[offset..<end]))
    }
    return strings
  }

  /// The entry in the form with 32-bit numbers, which 24-bit colours need.
  package func serialized() -> [UInt8] {
    var writer = Writer()
    let (offsets, table) = Self.table(strings)
    let names = names + [0]
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

    /// A number of things or bytes.
    mutating func count(atMost most: Int) -> Int? { short().flatMap { (0...most).contains($0) ? $0 : nil } }

    /// Booleans: 1 is there, 0 is not, and the two marks for cancelled and absent count as not.
    mutating func flags(_ count: Int) -> [UInt8]? {
      guard let raw = bytes(count), raw.allSatisfy({ [0, 1, 0xFE, 0xFF].contains($0) }) else { return nil }
      return raw.map { $0 == 1 ? 1 : 0 }
    }

    var isAtEnd: Bool { position >= data.count }

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
