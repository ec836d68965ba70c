import Files
import SystemPackage
import Tensors

/// A file of `torch.save`: a zip archive with a pickle that describes tensors, and the numbers of each storage. Mapped;
/// only the description is read when it is opened.
package final class PyTorchFile: TensorCollection {
  package let path: FilePath
  private let file: MappedFile
  private let infos: [String: SafetensorsFile.TensorInfo]

  package var names: [String] { infos.keys.sorted() }
  package var byteCount: Int { file.bytes.count }

  /// - Throws: `WeightFileError` where it is no such file, asks for anything but tensors, or promises numbers that are not
  ///   there.
  package init(path: FilePath) throws(WeightFileError) {
    self.path = path
    file = try WeightFileError.ofFile { () throws(FileError) in try MappedFile(path: path) }
    let archive = try ZipArchive(file.bytes, path: path)
    guard let description = archive.entries.keys.filter({ $0.hasSuffix("/data.pkl") }).min(by: { $0.count < $1.count })
    else { throw .malformed(path: path, what: "zip", expected: "data.pkl, as torch.save writes", found: "none") }
    let folder = description.dropLast("data.pkl".count)
    if let order = archive.entries["\(folder)byteorder"] {
      let text = String(decoding: UnsafeRawBufferPointer(rebasing: file.bytes[order].prefix(16)), as: UTF8.self)
      guard text == "little" else {
        throw .malformed(path: path, what: "byteorder", expected: "little", found: JSONText.quoted(text))
      }
    }
    let tensors = try Self.tensors(file.bytes, archive.entries[description]!, path)
    var infos: [String: SafetensorsFile.TensorInfo] = [:]
    for (name, tensor) in tensors {
      infos[name] = try Self.info(name, tensor, archive.entries["\(folder)data/\(tensor.storage.key)"], path)
    }
    self.infos = infos
  }

  /// Tensors by name, of the dictionary itself or of the one called `state_dict` in it.
  private static func tensors(
    _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, _ path: FilePath
  ) throws(WeightFileError) -> [String: PickledTensor] {
    let value: Pickle.Value
    do { value = try Pickle.value(UnsafeRawBufferPointer(rebasing: bytes[range])) } catch {
      throw .malformed(
        path: path, what: "data.pkl, byte \(error.offset)", expected: error.expected, found: error.found)
    }
    guard case .dictionary(var dictionary) = value else {
      throw .malformed(path: path, what: "data.pkl", expected: "a dictionary of tensors", found: "something else")
    }
    if case .dictionary(let inner)? = dictionary.items["state_dict"] { dictionary = inner }
    return dictionary.items.compactMapValues { if case .tensor(let tensor) = $0 { tensor } else { nil } }
  }

  private static let types: [String: SafetensorsFile.ElementType] = [
    "torch FloatStorage": .float32, "torch HalfStorage": .float16, "torch BFloat16Storage": .bfloat16,
    "torch DoubleStorage": .float64, "torch LongStorage": .int64, "torch IntStorage": .int32,
    "torch ShortStorage": .int16, "torch CharStorage": .int8, "torch ByteStorage": .uint8,
    "torch BoolStorage": .boolean,
  ]

  private static func info(
    _ name: String, _ tensor: PickledTensor, _ entry: Range<Int>?, _ path: FilePath
  ) throws(WeightFileError) -> SafetensorsFile.TensorInfo {
    func malformed(_ expected: String, _ found: String) -> WeightFileError {
      .malformed(path: path, what: "tensor \(JSONText.quoted(name))", expected: expected, found: found)
    }
    guard let type = types[tensor.storage.type] else {
      throw malformed("a known kind of number", JSONText.quoted(String(tensor.storage.type.prefix(80))))
    }
    guard let entry else { throw malformed("numbers in the archive", "none") }
    guard let count = tensor.countInRowMajorOrder else {
      throw malformed("numbers in row-major order", "strides \(tensor.strides)")
    }
    let (end, overflow) = tensor.first.addingReportingOverflow(count)
    guard !overflow, end <= entry.count / type.size else {
      throw malformed("\(count) numbers from \(tensor.first) on", "\(entry.count) bytes")
    }
    let first = entry.lowerBound + tensor.first * type.size
    return .init(dtype: type, shape: tensor.shape, byteRange: first..<first + count * type.size)
  }

  package func sha256() -> String { Digest.sha256(file.bytes) }

  package func info(_ name: String) -> SafetensorsFile.TensorInfo? { infos[name] }

  package func bytes(_ name: String) throws(WeightFileError) -> UnsafeRawBufferPointer {
    guard let info = infos[name] else { throw .missing(path: path, tensor: name) }
    return UnsafeRawBufferPointer(rebasing: file.bytes[info.byteRange])
  }
}
