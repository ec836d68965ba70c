import Foundation

/// An array read from a `.npy` file: little-endian float32 or int64, C order, format version 1.0 to 3.0.
public struct NumPyFile: Sendable {
  /// The length of each axis; empty for a scalar.
  public let shape: [Int]
  /// The values in C order if the file holds float32, otherwise empty.
  public let floats: [Float]
  /// The values in C order if the file holds int64, otherwise empty.
  public let int64s: [Int64]

  public struct Failure: Error, CustomStringConvertible {
    public let description: String
  }

  public init(_ url: URL) throws {
    try self.init(data: Data(contentsOf: url), name: url.path)
  }

  public init(data: Data, name: String) throws {
    let bytes = [UInt8](data)
    func require(_ condition: Bool, _ what: @autoclosure () -> String) throws {
      if !condition { throw Failure(description: "\(name): \(what())") }
    }
    try require(bytes.count >= 12 && bytes[0..<6].elementsEqual([0x93] + "NUMPY".utf8), "not a .npy file")
    let (major, minor) = (bytes[6], bytes[7])
    try require((1...3).contains(major) && minor == 0, "format version \(major).\(minor) is not known")
    let lengthBytes = major == 1 ? 2 : 4
    let headerLength = bytes[8..<8 + lengthBytes].reversed().reduce(0) { $0 << 8 | Int($1) }
    let start = 8 + lengthBytes + headerLength
    try require(start <= bytes.count, "the header runs past the end of the file")
    let header = String(decoding: bytes[(8 + lengthBytes)..<start], as: UTF8.self)

    guard
      let match = header.wholeMatch(
        of: /\{'descr': '([^']*)', 'fortran_order': (True|False), 'shape': \(([0-9, ]*)\), \}\s*/)
    else { throw Failure(description: "\(name): unreadable header \(header)") }
    try require(match.2 == "False", "Fortran order is not supported")
    let axes = match.3.split(separator: ",").map { Int($0.trimmingCharacters(in: .whitespaces)) }
    try require(axes.allSatisfy { $0 != nil }, "unreadable shape (\(match.3))")
    shape = axes.map { $0! }

    let count = shape.reduce(1, *)
    let width = ["<f4": 4, "<i8": 8][match.1]
    try require(width != nil, "elements of type \(match.1) are not supported, only <f4 and <i8")
    let expected = start + count * width!
    try require(bytes.count == expected, "\(bytes.count) bytes, expected \(expected) for shape \(shape)")
    func load<T: BitwiseCopyable>(_: T.Type) -> [T] {
      bytes.withUnsafeBytes { raw in
        (0..<count).map { raw.loadUnaligned(fromByteOffset: start + $0 * MemoryLayout<T>.size, as: T.self) }
      }
    }
    floats = match.1 == "<f4" ? load(Float.self) : []
    int64s = match.1 == "<i8" ? load(Int64.self) : []
  }
}
