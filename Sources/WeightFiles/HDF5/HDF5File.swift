import Files
import SystemPackage
import Tensors

/// An HDF5 file opened for reading: a tree of groups and datasets, attributes of text, datasets of numbers.
///
/// Reads what Keras and h5py write, by the HDF5 File Format Specification, version 3.0: groups in the old form and the
/// new, whatever their size; numbers in one piece, in the header, or in chunks, compressed by deflate or not.
/// Nothing about the file is trusted: no part is read outside it or endlessly, and memory stays within a few times its
/// size. Only what lies in the file itself is seen: links to other files are left out, and numbers kept in other files
/// are refused.
public final class HDF5File: Sendable {
  public let path: FilePath
  public let root: HDF5Node
  private let file: MappedFile
  private let format: HDF5Format

  /// Opens the file and reads its tree.
  /// - Throws: in one line, what the file is when it is not HDF5, or where it is damaged.
  public convenience init(path: FilePath) throws(WeightFileError) {
    try self.init(path: path, verifiesChecksums: true)
  }

  /// - Parameter verifiesChecksums: false for tests that damage files on purpose, see `HDF5Format`.
  init(path: FilePath, verifiesChecksums: Bool) throws(WeightFileError) {
    self.path = path
    let file = try WeightFileError.ofFile { () throws(FileError) in try MappedFile(path: path) }
    self.file = file
    guard let start = HDF5Superblock.start(in: file.bytes) else {
      throw .malformed(
        path: path, what: "not an HDF5 file", expected: "an .h5 file", found: FileKind.name(of: file.bytes))
    }
    let superblock: HDF5Superblock
    do {
      superblock = try HDF5Superblock(file.bytes, at: start, verifiesChecksums: verifiesChecksums)
    } catch {
      throw .malformed(path: path, what: "damaged", expected: error.expected, found: error.found)
    }
    format = superblock.format
    var walk = HDF5TreeWalk(path: path, file: HDF5Bytes(file.bytes, format))
    root = try walk.root(at: superblock.root)
  }

  /// The strings of a text attribute of the object at `path`; nil when it has no such attribute, none when the
  /// attribute is empty, whatever its type.
  public func strings(_ attribute: String, of object: String) throws(WeightFileError) -> [String]? {
    guard let node = root.node(object) else {
      throw .malformed(path: path, what: JSONText.quoted(object), expected: "an object", found: "none")
    }
    guard let found = node.object.attributes.first(where: { $0.name == attribute }) else { return nil }
    do {
      var strings = HDF5Strings(HDF5Bytes(file.bytes, format))
      return try strings.read(found)
    } catch {
      let what = "attribute \(JSONText.quoted(attribute)) of \(JSONText.quoted(object))"
      throw .malformed(path: path, what: what, expected: error.expected, found: error.found)
    }
  }

  /// A dataset of floating-point numbers of any width as float32.
  /// - Parameters:
  ///   - name: its path from the root of the file.
  ///   - shape: the shape it must have.
  public func tensor(_ name: String, shape: [Int]) throws(WeightFileError) -> Tensor {
    guard let object = root.node(name)?.object, let info = object.dataset, let storage = object.storage else {
      throw .missing(path: path, tensor: name)
    }
    guard info.shape == shape else {
      throw .mismatch(path: path, tensor: name, expected: "shape \(shape)", found: "\(info.shape)")
    }
    guard info.isFloat else {
      throw .mismatch(path: path, tensor: name, expected: "floating-point numbers", found: info.type)
    }
    do {
      return try storage.tensor(HDF5Bytes(file.bytes, format), shape: shape)
    } catch {
      throw .malformed(
        path: path, what: "tensor \(JSONText.quoted(name))", expected: error.expected, found: error.found)
    }
  }
}

/// What a file looks like by its first bytes.
enum FileKind {
  private static let signatures: [(bytes: [UInt8], name: String)] = [
    ([0x50, 0x4b, 0x03, 0x04], "a zip archive, as .keras and PyTorch files are"),
    ([0xff, 0xd8, 0xff], "a JPEG image"), ([0x89, 0x50, 0x4e, 0x47], "a PNG image"),
    ([0x1f, 0x8b], "a gzip archive"), (Array("{".utf8), "JSON"), (Array("<".utf8), "a web page"),
    (Array("version https://git-lfs".utf8), "a Git LFS pointer"),
  ]

  static func name(of bytes: UnsafeRawBufferPointer) -> String {
    if bytes.isEmpty { return "an empty file" }
    if bytes.count > 8, bytes[8] == UInt8(ascii: "{"), bytes.loadUnaligned(as: UInt64.self).littleEndian < 1 << 32 {
      return "a safetensors file"
    }
    return signatures.first { bytes.prefix($0.bytes.count).elementsEqual($0.bytes) }?.name ?? "a file of another kind"
  }
}
