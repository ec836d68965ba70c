import Tensors

/// Where a dataset's numbers are, as its header says; looked into only when they are read.
struct HDF5Storage: Sendable {
  let type: HDF5Datatype
  /// The layout's and the filters' messages; nil where there is none, or it is kept elsewhere.
  let layout: Range<Int>?
  let filters: Range<Int>?
  /// Whether the numbers lie in other files.
  let isExternal: Bool
  /// Whether there is no number, and no shape.
  let isNull: Bool

  init(_ header: HDF5ObjectHeader, type: HDF5Datatype, isNull: Bool) {
    (self.type, self.isNull) = (type, isNull)
    layout = header.first(.layout).flatMap { $0.isShared ? nil : $0.body }
    filters = header.first(.filters)?.body
    isExternal = header.first(.externalFiles) != nil
  }

  private static let elsewhere = HDF5Damage(expected: "numbers in this file", found: "numbers kept in others")
  private static let unwritten = HDF5Damage(expected: "numbers", found: "none that were ever written")

  /// The numbers as float32.
  /// - Parameter shape: the dataset's own.
  func tensor(_ file: HDF5Bytes, shape: [Int]) throws(HDF5Damage) -> Tensor {
    guard !isExternal else { throw HDF5Storage.elsewhere }
    guard !isNull else { throw HDF5Storage.unwritten }
    guard case .float(let float?) = type.kind else {
      throw HDF5Damage(expected: "IEEE numbers of 16, 32 or 64 bits, or bfloat16", found: "another \(type.words)")
    }
    guard let layout else { throw HDF5Damage(expected: "a layout", found: "none in the dataset's header") }
    if shape.contains(0) { return Tensor(uninitialized: shape) }
    let size = shape.reduce(float.size, *)
    var cursor = file.cursor(layout)
    let version = try cursor.byte()
    guard version >= 3 else {
      throw HDF5Damage(expected: "a layout of version 3 or later", found: "version \(version)")
    }
    switch try cursor.byte() {
    case 0:
      let count = try cursor.count(2)
      return try HDF5Storage.copy(file, try cursor.part(count), float, shape, size)
    case 1:
      guard let start = try cursor.optionalAddress() else { throw HDF5Storage.unwritten }
      let data = try file.cursor(at: start, count: try cursor.length())
      return try HDF5Storage.copy(file, data.position..<data.end, float, shape, size)
    case 2:
      let filters = try filters.map { range throws(HDF5Damage) in try HDF5Filters(file, range) } ?? HDF5Filters()
      return try HDF5Chunks(&cursor, version: version, shape: shape, float: float, filters: filters).tensor()
    case 3: throw HDF5Storage.elsewhere
    case let kind: throw HDF5Damage(expected: "a layout that is known", found: "number \(kind)")
    }
  }

  /// - Parameter size: bytes that the numbers take.
  private static func copy(
    _ file: HDF5Bytes, _ data: Range<Int>, _ float: HDF5Float, _ shape: [Int], _ size: Int
  ) throws(HDF5Damage) -> Tensor {
    guard data.count == size else {
      throw HDF5Damage(expected: "\(size) bytes of numbers", found: "\(data.count)")
    }
    let tensor = Tensor(uninitialized: shape)
    float.convert(file[data], into: tensor.pointer)
    return tensor
  }
}

extension HDF5Float {
  /// Numbers as they are in the file, of any alignment, to float32.
  /// - Parameter target: room for as many as `bytes` holds.
  func convert(_ bytes: UnsafeRawBufferPointer, into target: UnsafeMutablePointer<Float>) {
    switch (width, isBigEndian) {
    case (.single, false): UnsafeMutableRawBufferPointer(start: target, count: bytes.count).copyMemory(from: bytes)
    case (.half, false): HalfPrecision.widen(bytes, into: target)
    case (.brain, false): HalfPrecision.widenBrain(bytes, into: target)
    case (.double, false): each(bytes, into: target) { (bits: UInt64) in Float(Double(bitPattern: bits)) }
    case (.double, true): each(bytes, into: target) { (bits: UInt64) in Float(Double(bitPattern: bits.byteSwapped)) }
    case (.single, true): each(bytes, into: target) { (bits: UInt32) in Float(bitPattern: bits.byteSwapped) }
    case (.half, true), (.brain, true):
      let swapped = (0..<bytes.count / 2).map {
        bytes.loadUnaligned(fromByteOffset: 2 * $0, as: UInt16.self).byteSwapped
      }
      swapped.withUnsafeBytes { HDF5Float(width: width, isBigEndian: false).convert($0, into: target) }
    }
  }

  private func each<Bits: BitwiseCopyable>(
    _ bytes: UnsafeRawBufferPointer, into target: UnsafeMutablePointer<Float>, _ number: (Bits) -> Float
  ) {
    for index in 0..<bytes.count / MemoryLayout<Bits>.size {
      target[index] = number(
        bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Bits>.size, as: Bits.self))
    }
  }

  private init(width: Width, isBigEndian: Bool) { (self.width, self.isBigEndian) = (width, isBigEndian) }
}
