import Files
import SystemPackage
import Tensors

/// A tensor to be written, and how its numbers are stored.
public struct NamedTensor: Sendable {
  public enum Storage: String, Sendable {
    case float32 = "F32"
    case float16 = "F16"
    case bfloat16 = "BF16"

    /// Bytes a number takes.
    var size: Int { self == .float32 ? 4 : 2 }
  }

  public let name: String
  public let dtype: Storage
  let shape: [Int]
  private let numbers: @Sendable () -> Tensor

  public init(_ name: String, _ tensor: Tensor, dtype: Storage = .float32) {
    (self.name, self.dtype, shape, numbers) = (name, dtype, tensor.shape, { tensor })
  }

  /// One that is made when it is written, so that a network need not be in memory to be written.
  package init(_ name: String, shape: [Int], dtype: Storage, numbers: @escaping @Sendable () -> Tensor) {
    (self.name, self.dtype, self.shape, self.numbers) = (name, dtype, shape, numbers)
  }

  public var tensor: Tensor { numbers() }

  var byteCount: Int { shape.reduce(dtype.size, *) }
}

/// Writes a safetensors file, whole or not at all. Equal tensors and metadata give equal bytes.
///
/// The larger numbers come first, then names in order, so that every tensor lies at a multiple of its number's size.
/// - Parameters:
///   - tensors: each of its own name.
///   - metadata: keys and texts kept in the header.
///   - path: a file there is replaced only once the new one is complete and on disk.
/// - Throws: when two tensors share a name, when a number is too large for its storage, or what the system said.
public func writeSafetensors(
  _ tensors: [NamedTensor], metadata: [String: String] = [:], to path: FilePath
) throws(WeightFileError) {
  let ordered = tensors.sorted {
    $0.dtype.size == $1.dtype.size ? $0.name < $1.name : $0.dtype.size > $1.dtype.size
  }
  let header = try safetensorsHeader(ordered, metadata, path)
  let file = try WeightFileError.ofFile { () throws(FileError) in
    let file = try AtomicFile(path: path)
    try file.write(header)
    return file
  }
  for item in ordered { try write(item, to: file) }
  try WeightFileError.ofFile { () throws(FileError) in try file.commit() }
}

private func safetensorsHeader(
  _ tensors: [NamedTensor], _ metadata: [String: String], _ path: FilePath
) throws(WeightFileError) -> [UInt8] {
  var json = "{"
  if !metadata.isEmpty {
    let pairs = metadata.sorted { $0.key < $1.key }.map { "\(JSONText.quoted($0.key)):\(JSONText.quoted($0.value))" }
    json += "\"__metadata__\":{" + pairs.joined(separator: ",") + "}"
  }
  var begin = 0
  var seen: Set = ["__metadata__"]
  for item in tensors {
    guard seen.insert(item.name).inserted else {
      throw .unwritable(path: path, what: "two tensors \(JSONText.quoted(item.name))")
    }
    let shape = item.shape.map(String.init).joined(separator: ",")
    if json.utf8.count > 1 { json += "," }
    json += "\(JSONText.quoted(item.name)):{\"dtype\":\"\(item.dtype.rawValue)\","
    json += "\"shape\":[\(shape)],\"data_offsets\":[\(begin),\(begin + item.byteCount)]}"
    begin += item.byteCount
  }
  json += "}"
  let padding = (8 - json.utf8.count % 8) % 8
  let length = json.utf8.count + padding
  guard length <= SafetensorsFile.longestHeader else {
    throw .unwritable(path: path, what: "the header would take \(length) bytes, more than the format allows")
  }
  let lengthBytes = (0..<8).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) }
  return lengthBytes + Array(json.utf8) + Array(repeating: UInt8(ascii: " "), count: padding)
}

private func write(_ item: NamedTensor, to file: AtomicFile) throws(WeightFileError) {
  let tensor = item.tensor
  let numbers = UnsafeBufferPointer(start: tensor.pointer, count: tensor.count)
  // The tensor, not its pointer, keeps the memory.
  defer { withExtendedLifetime(tensor) {} }
  func append(_ bytes: UnsafeRawBufferPointer) throws(WeightFileError) {
    try WeightFileError.ofFile { () throws(FileError) in try file.write(bytes) }
  }
  if item.dtype == .float32 { return try append(UnsafeRawBufferPointer(numbers)) }
  let halves = UnsafeMutableRawBufferPointer.allocate(byteCount: max(2, item.byteCount), alignment: 64)
  defer { halves.deallocate() }
  let narrow = item.dtype == .float16 ? HalfPrecision.narrow : HalfPrecision.narrowBrain
  let lost = narrow(numbers, halves.baseAddress!)
  guard lost == 0 else {
    throw .unwritable(
      path: file.path, what: "tensor \(JSONText.quoted(item.name)): \(lost) numbers are too large for \(item.dtype)")
  }
  try append(UnsafeRawBufferPointer(rebasing: halves[..<item.byteCount]))
}
