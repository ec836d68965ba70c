import SystemPackage
import Tensors

/// Tensors by name in one file or several, mapped.
package protocol TensorCollection: AnyObject, Sendable {
  /// The file, or the folder of several, for messages.
  var path: FilePath { get }
  var names: [String] { get }
  /// Of all files.
  var byteCount: Int { get }
  /// SHA-256 of all bytes, in lower-case hexadecimal; of several files, of their digests in order of their names.
  func sha256() -> String
  func info(_ name: String) -> SafetensorsFile.TensorInfo?
  /// Valid while this object is alive.
  /// - Throws: where there is no such tensor.
  func bytes(_ name: String) throws(WeightFileError) -> UnsafeRawBufferPointer
  /// Tells the system that a tensor's bytes need not stay in memory; they come back when they are read again.
  func release(_ name: String)
}

extension SafetensorsFile: TensorCollection {}

extension TensorCollection {
  /// A tensor's numbers, left where they are.
  /// - Throws: `WeightFileError` where it is missing, of another shape, or of another kind of number than float32, float16
  ///   and bfloat16.
  package func stored(_ name: String, shape: [Int]) throws(WeightFileError) -> StoredNumbers {
    let bytes = try bytes(name)
    let info = info(name)!
    if info.shape != shape {
      throw .mismatch(path: path, tensor: name, expected: "shape \(shape)", found: "\(info.shape)")
    }
    let type: StoredNumbers.ElementType
    switch info.dtype {
    case .float32: type = .float32
    case .float16: type = .float16
    case .bfloat16: type = .bfloat16
    default:
      throw .mismatch(path: path, tensor: name, expected: "dtype F32, F16 or BF16", found: info.dtype.rawValue)
    }
    return StoredNumbers(bytes, type, owner: self) { self.release(name) }
  }

  /// A copy as float32; all its numbers are finite.
  package func copied(_ name: String, shape: [Int]) throws(WeightFileError) -> Tensor {
    let numbers = try stored(name, shape: shape)
    let tensor = Tensor(uninitialized: shape)
    numbers.copy(0, numbers.count, into: tensor.pointer)
    return try tensor.finite(name, in: path)
  }
}
