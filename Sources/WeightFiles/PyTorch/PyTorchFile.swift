import Files
import SystemPackage
import Tensors

/// A file of `torch.save`: a pickle that describes tensors, and the numbers of each storage, in a zip archive or, before
/// version 1.6, one behind the other. Mapped; only the description is read when it is opened.
package final class PyTorchFile: TensorCollection {
  package let path: FilePath
  private let file: MappedFile
  private let infos: [String: SafetensorsFile.TensorInfo]
  /// How far apart numbers lie along each axis, of tensors that are not in row-major order.
  private let strides: [String: [Int]]

  package var names: [String] { infos.keys.sorted() }
  package var byteCount: Int { file.bytes.count }

  /// - Throws: `WeightFileError` where it is no such file, asks for anything but tensors, or promises numbers that are not
  ///   there.
  package init(path: FilePath) throws(WeightFileError) {
    self.path = path
    file = try WeightFileError.ofFile { () throws(FileError) in try MappedFile(path: path) }
    let content = try Self.content(file.bytes, path)
    var infos: [String: SafetensorsFile.TensorInfo] = [:]
    let tensors = try Self.tensors(content.description, path)
    for (name, tensor) in tensors {
      infos[name] = try Self.info(name, tensor, content.storages[tensor.storage.key], path)
    }
    self.infos = infos
    strides = tensors.filter { !$0.value.isRowMajor }.mapValues(\.strides)
  }

  /// Whether a file begins as `torch.save`'s do; a look at its first bytes, no more.
  package static func claims(_ path: FilePath) -> Bool {
    guard let file = try? MappedFile(path: path) else { return false }
    return LegacyTorchContent.claims(file.bytes) || ZippedTorchContent.claims(file.bytes)
  }

  private static func content(_ bytes: UnsafeRawBufferPointer, _ path: FilePath) throws(WeightFileError) -> TorchContent
  {
    try LegacyTorchContent.claims(bytes)
      ? LegacyTorchContent.read(bytes, path: path) : ZippedTorchContent.read(bytes, path: path)
  }

  /// Tensors by name, of the dictionary itself or of the one called `state_dict` in it.
  private static func tensors(
    _ value: Pickle.Value, _ path: FilePath
  ) throws(WeightFileError) -> [String: PickledTensor] {
    guard case .dictionary(var dictionary) = value else {
      throw .malformed(path: path, what: "the pickle", expected: "a dictionary of tensors", found: "something else")
    }
    if case .dictionary(let inner)? = dictionary.items["state_dict"] { dictionary = inner }
    return dictionary.items.compactMapValues { if case .tensor(let tensor) = $0 { tensor } else { nil } }
  }

  private static func info(
    _ name: String, _ tensor: PickledTensor, _ entry: Range<Int>?, _ path: FilePath
  ) throws(WeightFileError) -> SafetensorsFile.TensorInfo {
    func malformed(_ expected: String, _ found: String) -> WeightFileError {
      .malformed(path: path, what: "tensor \(JSONText.quoted(name))", expected: expected, found: found)
    }
    guard let type = TorchContent.types[tensor.storage.type] else {
      throw malformed("a known kind of number", JSONText.quoted(String(tensor.storage.type.prefix(80))))
    }
    guard let entry else { throw malformed("numbers in the archive", "none") }
    guard let extent = tensor.extent else {
      throw malformed("numbers of its own", "shape \(tensor.shape) with strides \(tensor.strides)")
    }
    let (end, overflow) = tensor.first.addingReportingOverflow(extent.span)
    guard !overflow, end <= entry.count / type.size else {
      throw malformed("\(extent.span) numbers from \(tensor.first) on", "\(entry.count) bytes")
    }
    let first = entry.lowerBound + tensor.first * type.size
    return .init(dtype: type, shape: tensor.shape, byteRange: first..<first + extent.span * type.size)
  }

  package func sha256() -> String { file.sha256() }

  package func info(_ name: String) -> SafetensorsFile.TensorInfo? { infos[name] }

  package func bytes(_ name: String) throws(WeightFileError) -> UnsafeRawBufferPointer {
    guard let info = infos[name] else { throw .missing(path: path, tensor: name) }
    if let strides = strides[name] {
      throw .malformed(
        path: path, what: "tensor \(JSONText.quoted(name))", expected: "numbers in row-major order",
        found: "strides \(strides)")
    }
    return UnsafeRawBufferPointer(rebasing: file.bytes[info.byteRange])
  }

  package func release(_ name: String) {
    if let info = infos[name] { file.release(UnsafeRawBufferPointer(rebasing: file.bytes[info.byteRange])) }
  }

  /// A tensor in row-major order as float32, however it lies in the file.
  /// - Throws: `WeightFileError` where it is missing, of another shape, or out of order and not of float32.
  package func reordered(_ name: String, shape: [Int]) throws(WeightFileError) -> Tensor {
    guard let info = infos[name], let strides = strides[name] else { return try copied(name, shape: shape) }
    guard info.shape == shape, info.dtype == .float32 else {
      throw .mismatch(
        path: path, tensor: name, expected: "F32 of shape \(shape)", found: "\(info.dtype.rawValue) \(info.shape)")
    }
    let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[info.byteRange])
    let result = Tensor(uninitialized: shape)
    var walk = StridedWalk(shape: shape, strides: strides)
    for index in 0..<result.count {
      result.pointer[index] = bytes.loadUnaligned(
        fromByteOffset: walk.next() * MemoryLayout<Float>.size, as: Float.self)
    }
    return result
  }
}
