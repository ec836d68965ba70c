import Files
import SystemPackage
import Tensors

/// A safetensors file, memory-mapped and checked in full when opened.
///
/// The layout (https://huggingface.co/docs/safetensors): eight bytes with the little-endian length of the header; the
/// header, a JSON object of `name: {"dtype", "shape", "data_offsets": [begin, end]}` and an optional `__metadata__`
/// of strings; then the numbers, little-endian and row-major. The offsets must tile the data without hole or overlap.
public final class SafetensorsFile: Sendable {
  /// How a tensor's numbers are stored.
  public enum ElementType: String, Sendable, CaseIterable {
    case boolean = "BOOL"
    case uint8 = "U8"
    case int8 = "I8"
    case float8e5m2 = "F8_E5M2"
    case float8e4m3 = "F8_E4M3"
    case uint16 = "U16"
    case int16 = "I16"
    case float16 = "F16"
    case bfloat16 = "BF16"
    case uint32 = "U32"
    case int32 = "I32"
    case float32 = "F32"
    case uint64 = "U64"
    case int64 = "I64"
    case float64 = "F64"

    /// Bytes a number takes.
    public var size: Int {
      switch self {
      case .boolean, .uint8, .int8, .float8e5m2, .float8e4m3: 1
      case .uint16, .int16, .float16, .bfloat16: 2
      case .uint32, .int32, .float32: 4
      case .uint64, .int64, .float64: 8
      }
    }
  }

  /// One tensor as the header announces it.
  public struct TensorInfo: Sendable, Equatable {
    public let dtype: ElementType
    public let shape: [Int]
    /// Where its bytes are, from the start of the file.
    public let byteRange: Range<Int>
    /// How many numbers it holds.
    public var count: Int { byteRange.count / dtype.size }
  }

  /// The longest header the format allows, in bytes.
  static let longestHeader = 100_000_000

  public let path: FilePath
  /// The header's `__metadata__`, empty when there is none.
  public let metadata: [String: String]
  /// The tensors' names in the order of their bytes.
  public let names: [String]
  private let infos: [String: TensorInfo]
  private let file: MappedFile

  /// Maps the file and checks every entry of its header.
  /// - Throws: what is wrong with it, in one line; nothing about the file is trusted.
  public init(path: FilePath) throws(WeightFileError) {
    self.path = path
    file = try WeightFileError.ofFile { () throws(FileError) in try MappedFile(path: path) }
    let header = try SafetensorsHeader(file.bytes, path: path)
    metadata = header.metadata
    names = header.names
    infos = header.infos
  }

  /// The size of the file.
  public var byteCount: Int { file.bytes.count }

  public func info(_ name: String) -> TensorInfo? { infos[name] }

  /// A tensor's bytes as they are in the file, little-endian, not copied and of any alignment.
  /// Valid while this object is alive.
  public func bytes(_ name: String) throws(WeightFileError) -> UnsafeRawBufferPointer {
    guard let info = infos[name] else { throw .missing(path: path, tensor: name) }
    return UnsafeRawBufferPointer(rebasing: file.bytes[info.byteRange])
  }

  /// Tells the system that a tensor's bytes need not stay in memory; they come back when they are read again.
  package func release(_ name: String) {
    if let info = infos[name] { file.release(UnsafeRawBufferPointer(rebasing: file.bytes[info.byteRange])) }
  }

  /// A copy of a float32, float16 or bfloat16 tensor as float32.
  /// - Parameters:
  ///   - name: the tensor's.
  ///   - shape: the shape it must have; nil takes any.
  public func tensor(_ name: String, shape: [Int]? = nil) throws(WeightFileError) -> Tensor {
    let bytes = try bytes(name)
    let info = infos[name]!
    if let shape, shape != info.shape {
      throw .mismatch(path: path, tensor: name, expected: "shape \(shape)", found: "\(info.shape)")
    }
    let result = Tensor(uninitialized: info.shape)
    switch info.dtype {
    case .float32: UnsafeMutableRawBufferPointer(start: result.pointer, count: bytes.count).copyMemory(from: bytes)
    case .float16: HalfPrecision.widen(bytes, into: result.pointer)
    case .bfloat16: HalfPrecision.widenBrain(bytes, into: result.pointer)
    default:
      throw .mismatch(path: path, tensor: name, expected: "dtype F32, F16 or BF16", found: info.dtype.rawValue)
    }
    // The copy is what is used from here on: a large file must not stay in memory twice.
    file.release(bytes)
    return result
  }

  /// Copies part of a float32 or float16 tensor. The part of the file it lies in does not stay in memory, so a file may
  /// be read in pieces that is larger than memory.
  /// - Parameters:
  ///   - name: the tensor's.
  ///   - range: of the tensor's numbers in row-major order.
  ///   - target: room for as many.
  public func copyNumbers(
    _ name: String, _ range: Range<Int>, into target: UnsafeMutablePointer<Float>
  ) throws(WeightFileError) {
    let all = try bytes(name)
    let info = infos[name]!
    guard range.lowerBound >= 0, range.upperBound <= info.count else {
      throw .mismatch(
        path: path, tensor: name, expected: "at least \(range.upperBound) numbers", found: "\(info.count)")
    }
    let size = info.dtype.size
    let part = UnsafeRawBufferPointer(rebasing: all[range.lowerBound * size..<range.upperBound * size])
    switch info.dtype {
    case .float32: UnsafeMutableRawBufferPointer(start: target, count: part.count).copyMemory(from: part)
    case .float16: HalfPrecision.widen(part, into: target)
    default: throw .mismatch(path: path, tensor: name, expected: "dtype F32 or F16", found: info.dtype.rawValue)
    }
    file.release(part)
  }

  /// The SHA-256 of the whole file in lower-case hexadecimal.
  public func sha256() -> String { file.sha256() }
}
