import Files
import Synchronization
import SystemPackage
import Tensors
import WeightFiles

/// Turns a captioner's Hugging Face folder into one safetensors file that holds all that is needed to run it, see
/// `FolderFiles`. Tensors that the network does not use are left out.
public struct FolderImport {
  /// How the numbers of matrices are stored. Vectors, which take next to no room, keep what they have.
  public enum Precision: String, Sendable, CaseIterable {
    case float16 = "f16"
    case bfloat16 = "bf16"

    fileprivate var storage: NamedTensor.Storage { self == .float16 ? .float16 : .bfloat16 }
  }

  /// What the folder says of itself.
  public let description: ModelDescription
  private let files: FolderFiles
  private let tensors: UsedTensors

  /// Opens the folder's files and checks every tensor's shape.
  /// - Throws: `WeightFileError` or `CaptioningError`, one line.
  public init(folder: FilePath) throws {
    files = FolderFiles(folder: folder)
    tensors = UsedTensors(try HuggingFaceFolder.opened(files))
    description = try HuggingFaceFolder.load(files, tensors).description
  }

  /// How many numbers the network has.
  public var parameterCount: Int { tensors.used.reduce(0) { $0 + (tensors.info($1)?.count ?? 0) } }

  /// Writes the file, whole or not at all.
  /// - Parameters:
  ///   - path: where the file goes.
  ///   - precision: nil keeps what the folder has.
  /// - Throws: `WeightFileError` naming the first tensor whose numbers are not finite, or too large for the precision.
  public func write(to path: FilePath, precision: Precision?) throws {
    let named = try tensors.used.map { name in
      let info = tensors.info(name)!
      let shape = info.shape
      _ = try tensors.copied(name, shape: shape)
      let dtype = (shape.count > 1 ? precision?.storage : nil) ?? NamedTensor.Storage(rawValue: info.dtype.rawValue)!
      // It was read just above.
      return NamedTensor(name, shape: shape, dtype: dtype) { [tensors] in try! tensors.copied(name, shape: shape) }
    }
    var provenance = ["imported_from": FileName.name(files.path), "sha256_of_weights": tensors.sha256()]
    if let precision { provenance["precision"] = precision.rawValue }
    try writeSafetensors(named, metadata: files.metadata(provenance: provenance), to: path)
  }
}

/// Tensors, and which of them somebody asked for.
private final class UsedTensors: TensorCollection {
  private let all: any TensorCollection
  private let asked = Mutex<Set<String>>([])

  init(_ all: any TensorCollection) { self.all = all }

  var used: [String] { asked.withLock { $0.sorted() } }
  var path: FilePath { all.path }
  var names: [String] { all.names }
  var byteCount: Int { all.byteCount }
  func sha256() -> String { all.sha256() }
  func info(_ name: String) -> SafetensorsFile.TensorInfo? { all.info(name) }

  func bytes(_ name: String) throws(WeightFileError) -> UnsafeRawBufferPointer {
    let bytes = try all.bytes(name)
    asked.withLock { _ = $0.insert(name) }
    return bytes
  }

  func release(_ name: String) { all.release(name) }
}
