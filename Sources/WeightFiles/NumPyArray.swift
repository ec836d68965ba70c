import Files
import Glibc
import SystemPackage
import Tensors

/// Tensors as NumPy's `.npy` files (https://numpy.org/neps/nep-0001-npy-format.html): float32, little-endian, C order.
public enum NumPyArray {
  private static let magic = [0x93] + Array("NUMPY".utf8)

  /// The bytes `numpy.save` would write.
  public static func encode(_ tensor: Tensor) -> [UInt8] {
    let sizes = tensor.shape.map(String.init).joined(separator: ", ")
    let shape = tensor.shape.count == 1 ? "\(sizes)," : sizes
    var header = Array("{'descr': '<f4', 'fortran_order': False, 'shape': (\(shape)), }".utf8)
    // Ten bytes come before; the numbers start at a multiple of 64.
    let padding = 63 - (10 + header.count) % 64
    header += Array(repeating: UInt8(ascii: " "), count: padding) + [UInt8(ascii: "\n")]
    let start = magic + [1, 0, UInt8(header.count & 0xff), UInt8(header.count >> 8)] + header
    return start + UnsafeRawBufferPointer(start: tensor.pointer, count: tensor.count * 4)
  }

  /// Writes a file, whole or not at all.
  public static func write(_ tensor: Tensor, to path: FilePath) throws(WeightFileError) {
    let bytes = encode(tensor)
    try WeightFileError.ofFile { () throws(FileError) in try OutputFile.write(bytes, toFile: path) }
  }

  /// Reads a file of 32-bit floats.
  public static func read(path: FilePath) throws(WeightFileError) -> Tensor {
    let file = try WeightFileError.ofFile { () throws(FileError) in try MappedFile(path: path) }
    return try file.withBytes { bytes throws(WeightFileError) in try decode(bytes, name: path) }
  }

  /// Reads the content of a file; `name` stands for it in errors.
  public static func decode(_ bytes: UnsafeRawBufferPointer, name: FilePath) throws(WeightFileError) -> Tensor {
    // A header may hold anything, and much of it.
    func quoted(_ header: String) -> String { JSONText.quoted(String(header.filter { !$0.isWhitespace }.prefix(200))) }
    func malformed(_ what: String, _ expected: String, _ found: String) -> WeightFileError {
      .malformed(path: name, what: what, expected: expected, found: found)
    }
    guard bytes.count >= 12, bytes.prefix(6).elementsEqual(magic) else {
      throw malformed("not a .npy file", "\\x93NUMPY at its start", "something else")
    }
    let version = bytes[6]
    guard (1...3).contains(version), bytes[7] == 0 else {
      throw malformed("format version", "1.0, 2.0 or 3.0", "\(version).\(bytes[7])")
    }
    let lengthSize = version == 1 ? 2 : 4
    let length = bytes[8..<8 + lengthSize].reversed().reduce(0) { $0 << 8 | Int($1) }
    let start = 8 + lengthSize + length
    guard start <= bytes.count else { throw malformed("the file is cut short", "a header of \(length) bytes", "fewer") }
    let header = String(decoding: bytes[8 + lengthSize..<start], as: UTF8.self)
    guard field("descr", in: header)?.hasPrefix("'<f4'") == true else {
      throw malformed("number type", "'<f4' (little-endian float32)", quoted(header))
    }
    guard field("fortran_order", in: header)?.hasPrefix("False") == true else {
      throw malformed("order", "C order", "Fortran order")
    }
    guard let shape = shape(in: header) else { throw malformed("shape", "whole numbers", quoted(header)) }
    var count = 1
    for size in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      // A quarter, so that the bytes can be counted as well.
      if overflow || product > Int.max / 4 { throw malformed("shape", "one that fits in memory", "\(shape)") }
      count = product
    }
    guard bytes.count - start == count * 4 else {
      throw malformed("numbers", "\(count * 4) bytes for \(shape)", "\(bytes.count - start)")
    }
    let tensor = Tensor(uninitialized: shape)
    UnsafeMutableRawBufferPointer(start: tensor.pointer, count: count * 4)
      .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[start...]))
    return tensor
  }

  /// What follows `'name':` in the header, a Python dictionary.
  private static func field(_ name: String, in header: String) -> Substring? {
    let key = Array("'\(name)':".utf8)
    let utf8 = Array(header.utf8)
    guard utf8.count >= key.count else { return nil }
    for start in 0...utf8.count - key.count where utf8[start..<start + key.count].elementsEqual(key) {
      let rest = header.utf8.dropFirst(start + key.count).drop { $0 == UInt8(ascii: " ") }
      return Substring(rest)
    }
    return nil
  }

  private static func shape(in header: String) -> [Int]? {
    guard let text = field("shape", in: header), text.first == "(", let end = text.firstIndex(of: ")") else {
      return nil
    }
    var parts = text[text.index(after: text.startIndex)..<end].split(separator: ",", omittingEmptySubsequences: false)
      .map { $0.filter { $0 != " " } }
    if parts.last == "" { parts.removeLast() }
    let sizes = parts.compactMap { Int($0) }
    return sizes.count == parts.count && sizes.allSatisfy { $0 >= 0 } ? sizes : nil
  }
}
