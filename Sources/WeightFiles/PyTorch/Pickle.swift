import Files

/// Reads Python's pickle format as far as `torch.save` of a dictionary of tensors writes it: dictionaries, lists, tuples,
/// numbers, strings, and calls of the few functions that rebuild tensors. Every other instruction, and every other name to
/// be called, is refused: a pickle may run any program, and nothing is run here.
///
/// Source: the comments of Python's `pickletools`, protocols 2 to 5.
struct Pickle {
  indirect enum Value {
    case none
    case boolean(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case tuple([Value], depth: Int)
    case list(List)
    case dictionary(Dictionary)
    /// A function or class, `module name`.
    case name(String)
    case storage(Storage)
    case tensor(PickledTensor)
  }

  /// Containers that go on being filled after they were referred to.
  final class List {
    var items: [Value] = []
    var depth = 1
  }
  final class Dictionary {
    var items: [String: Value] = [:]
    var depth = 1
  }

  /// Numbers in a file of the archive.
  struct Storage {
    /// As in `torch FloatStorage`.
    let type: String
    let key: String
    let count: Int
  }

  struct Problem: Error {
    let offset: Int
    let expected: String
    let found: String
  }

  private let bytes: UnsafeRawBufferPointer
  private var offset = 0
  private var stack: [Value] = []
  private var marks: [Int] = []
  private var memo: [Int: Value] = [:]
  private var storages: [String: Storage] = [:]

  /// Deeper than any state dictionary; a limit keeps hostile files from exhausting the stack when values are freed.
  private static let deepest = 32

  private init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// The value of one of several pickles, one behind the other, and every storage it speaks of, by key.
  /// - Parameter offset: where it begins; becomes where it ends.
  static func read(
    _ bytes: UnsafeRawBufferPointer, at offset: inout Int
  ) throws(Problem) -> (value: Value, storages: [String: Storage]) {
    var pickle = Pickle(bytes)
    pickle.offset = offset
    while true {
      if let value = try pickle.step() {
        offset = pickle.offset
        return (value, pickle.storages)
      }
    }
  }

  // MARK: Instructions

  /// Carries out one instruction.
  /// - Returns: the whole value at the end.
  private mutating func step() throws(Problem) -> Value? {
    let start = offset
    let code = UInt8(try unsigned(1))
    switch code {
    case 0x80: _ = try unsigned(1)  // PROTO
    case 0x95: _ = try unsigned(8)  // FRAME
    case UInt8(ascii: "."): return try pop()
    case UInt8(ascii: "("): marks.append(stack.count)
    case UInt8(ascii: "N"): stack.append(.none)
    case 0x88, 0x89: stack.append(.boolean(code == 0x88))
    case UInt8(ascii: "K"): stack.append(.integer(try unsigned(1)))
    case UInt8(ascii: "M"): stack.append(.integer(try unsigned(2)))
    case UInt8(ascii: "J"): stack.append(.integer(Int(Int32(truncatingIfNeeded: try unsigned(4)))))
    case 0x8A: stack.append(.integer(try longInteger()))
    case UInt8(ascii: "G"):
      stack.append(.number(Double(bitPattern: UInt64(bitPattern: Int64(try unsigned(8))).byteSwapped)))
    case UInt8(ascii: "X"): stack.append(.string(try text(try unsigned(4))))
    case 0x8C: stack.append(.string(try text(try unsigned(1))))
    case UInt8(ascii: "}"): stack.append(.dictionary(Dictionary()))
    case UInt8(ascii: "]"): stack.append(.list(List()))
    case UInt8(ascii: ")"): stack.append(.tuple([], depth: 1))
    case 0x85, 0x86, 0x87: try tuple(Int(code) - 0x84)
    case UInt8(ascii: "t"): try tuple(stack.count - popMark())
    case UInt8(ascii: "q"): memo[try unsigned(1)] = try top()
    case UInt8(ascii: "r"): memo[try unsigned(4)] = try top()
    case 0x94: memo[memo.count] = try top()
    case UInt8(ascii: "h"): try recall(try unsigned(1))
    case UInt8(ascii: "j"): try recall(try unsigned(4))
    case UInt8(ascii: "c"): stack.append(.name("\(try line()) \(try line())"))
    case 0x93: try stackName()
    case UInt8(ascii: "Q"): try persistent()
    case UInt8(ascii: "R"): try call()
    case UInt8(ascii: "b"): _ = try pop()  // BUILD: attributes of an object, which no tensor needs
    case UInt8(ascii: "s"): try setItems(from: stack.count - 2)
    case UInt8(ascii: "u"): try setItems(from: popMark())
    case UInt8(ascii: "a"): try append(from: stack.count - 1)
    case UInt8(ascii: "e"): try append(from: popMark())
    default:
      throw Problem(
        offset: start, expected: "instructions that rebuild tensors", found: "instruction \(code)")
    }
    return nil
  }

  private mutating func tuple(_ count: Int) throws(Problem) {
    guard count >= 0, count <= stack.count else { throw underflow }
    let values = Array(stack.suffix(count))
    stack.removeLast(count)
    stack.append(.tuple(values, depth: try deeper(values)))
  }

  /// A depth above those of `values`.
  private func deeper(_ values: some Sequence<Value>) throws(Problem) -> Int {
    let depth = 1 + values.reduce(0) { max($0, Self.depth($1)) }
    if depth > Self.deepest {
      throw Problem(offset: offset, expected: "at most \(Self.deepest) values within each other", found: "more")
    }
    return depth
  }

  private static func depth(_ value: Value) -> Int {
    switch value {
    case .tuple(_, let depth): depth
    case .list(let list): list.depth
    case .dictionary(let dictionary): dictionary.depth
    default: 0
    }
  }

  private mutating func setItems(from first: Int) throws(Problem) {
    guard first >= 1, first <= stack.count, case .dictionary(let target) = stack[first - 1] else {
      throw Problem(offset: offset, expected: "a dictionary to fill", found: "something else")
    }
    let items = stack[first...]
    guard items.count % 2 == 0 else { throw underflow }
    target.depth = max(target.depth, try deeper(items))
    for index in stride(from: first, to: stack.count, by: 2) {
      // Keys that are no strings are none of tensors.
      if case .string(let key) = stack[index] { target.items[key] = stack[index + 1] }
    }
    stack.removeLast(items.count)
  }

  private mutating func append(from first: Int) throws(Problem) {
    guard first >= 1, first <= stack.count, case .list(let target) = stack[first - 1] else {
      throw Problem(offset: offset, expected: "a list to fill", found: "something else")
    }
    target.depth = max(target.depth, try deeper(stack[first...]))
    target.items += stack[first...]
    stack.removeLast(stack.count - first)
  }

  private mutating func recall(_ key: Int) throws(Problem) {
    guard let value = memo[key] else { throw Problem(offset: offset, expected: "a value seen before", found: "none") }
    stack.append(value)
  }

  private mutating func stackName() throws(Problem) {
    guard case .string(let name) = try pop(), case .string(let module) = try pop() else {
      throw Problem(offset: offset, expected: "the name of a function", found: "something else")
    }
    stack.append(.name("\(module) \(name)"))
  }

  /// ('storage', type, key, device, count), and in files from before version 1.6 which part of another storage it is:
  /// none here.
  private mutating func persistent() throws(Problem) {
    guard case .tuple(let parts, _) = try pop(), (5...6).contains(parts.count), case .string("storage") = parts[0],
      case .name(let type) = parts[1], case .string(let key) = parts[2], case .integer(let count) = parts[4]
    else { throw Problem(offset: offset, expected: "a storage of numbers", found: "something else") }
    if parts.count == 6 {
      guard case .none = parts[5] else {
        throw Problem(offset: offset, expected: "a storage of its own", found: "a part of another")
      }
    }
    let storage = Storage(type: type, key: key, count: count)
    storages[key] = storage
    stack.append(.storage(storage))
  }

  private mutating func call() throws(Problem) {
    guard case .tuple(let arguments, _) = try pop(), case .name(let function) = try pop() else {
      throw Problem(offset: offset, expected: "a function and its arguments", found: "something else")
    }
    switch function {
    case "collections OrderedDict": stack.append(.dictionary(Dictionary()))
    case "torch._utils _rebuild_tensor_v2": stack.append(.tensor(try tensor(arguments)))
    case "torch._utils _rebuild_parameter":
      guard let value = arguments.first, case .tensor = value else { throw underflow }
      stack.append(value)
    default:
      throw Problem(
        offset: offset, expected: "nothing called but what rebuilds tensors",
        found: "a call of \(JSONText.quoted(String(function.prefix(80))))")
    }
  }

  /// storage, first number, shape, strides, …
  private func tensor(_ arguments: [Value]) throws(Problem) -> PickledTensor {
    guard arguments.count >= 4, case .storage(let storage) = arguments[0], case .integer(let first) = arguments[1],
      case .tuple(let sizes, _) = arguments[2], case .tuple(let steps, _) = arguments[3]
    else { throw Problem(offset: offset, expected: "a tensor's storage, place and shape", found: "something else") }
    func integers(_ values: [Value]) -> [Int] {
      values.compactMap { if case .integer(let value) = $0 { value } else { nil } }
    }
    let (shape, strides) = (integers(sizes), integers(steps))
    guard shape.count == sizes.count, strides.count == shape.count, first >= 0, shape.allSatisfy({ $0 >= 0 }) else {
      throw Problem(offset: offset, expected: "a tensor's shape and strides", found: "something else")
    }
    return PickledTensor(storage: storage, first: first, shape: shape, strides: strides)
  }

  // MARK: Bytes

  private var underflow: Problem { Problem(offset: offset, expected: "enough values", found: "too few") }

  private mutating func pop() throws(Problem) -> Value {
    guard let value = stack.popLast() else { throw underflow }
    return value
  }

  private func top() throws(Problem) -> Value {
    guard let value = stack.last else { throw underflow }
    return value
  }

  private mutating func popMark() throws(Problem) -> Int {
    guard let mark = marks.popLast(), mark <= stack.count else { throw underflow }
    return mark
  }

  /// A little-endian number without sign, as the 64 bits of an `Int`.
  private mutating func unsigned(_ size: Int) throws(Problem) -> Int {
    guard size <= bytes.count - offset else { throw Problem(offset: offset, expected: "more bytes", found: "the end") }
    var value: UInt64 = 0
    for index in 0..<size { value |= UInt64(bytes[offset + index]) << (8 * UInt64(index)) }
    offset += size
    return Int(truncatingIfNeeded: value)
  }

  /// A number with sign of up to 8 bytes after its size.
  private mutating func longInteger() throws(Problem) -> Int {
    let size = try unsigned(1)
    guard size <= 8 else { throw Problem(offset: offset, expected: "a number of 64 bits", found: "\(size) bytes") }
    if size == 0 { return 0 }
    let value = try unsigned(size)
    let unused = 64 - 8 * size
    return (value << unused) >> unused
  }

  private mutating func text(_ size: Int) throws(Problem) -> String {
    guard size >= 0, size <= bytes.count - offset else {
      throw Problem(offset: offset, expected: "a string of \(size) bytes", found: "the end")
    }
    defer { offset += size }
    return String(decoding: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + size]), as: UTF8.self)
  }

  private mutating func line() throws(Problem) -> String {
    guard let end = bytes[offset...].firstIndex(of: UInt8(ascii: "\n")) else {
      throw Problem(offset: offset, expected: "the end of a line", found: "the end")
    }
    defer { offset = end + 1 }
    return String(decoding: UnsafeRawBufferPointer(rebasing: bytes[offset..<end]), as: UTF8.self)
  }
}

/// A tensor as a pickle describes it: part of a storage.
struct PickledTensor {
  let storage: Pickle.Storage
  /// The first number in the storage.
  let first: Int
  let shape: [Int]
  let strides: [Int]

  /// Whether the numbers lie one behind the other in row-major order.
  var isRowMajor: Bool {
    var step = 1
    for (size, stride) in zip(shape, strides).reversed() where size != 1 {
      if stride != step { return false }
      step *= size
    }
    return true
  }

  /// How many numbers there are, and how far apart the first and the last lie, in numbers, both counted; nil where they
  /// overlap, as those of no trained tensor do.
  var extent: (count: Int, span: Int)? {
    var (count, reach) = (1, 0)
    for (size, stride) in zip(shape, strides) {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      let (further, tooFar) = stride.multipliedReportingOverflow(by: max(0, size - 1))
      let (sum, tooLong) = reach.addingReportingOverflow(further)
      if overflow || tooFar || tooLong || stride < 0 { return nil }
      (count, reach) = (product, sum)
    }
    let span = count == 0 ? 0 : reach + 1
    return reach < .max && count <= span ? (count, span) : nil
  }
}
