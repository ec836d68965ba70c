import CHDF5
import Files
import Tensors

/// An HDF5 file opened for reading: a tree of groups and datasets, attributes of text, datasets of numbers.
///
/// Only what lies in the file itself is seen: links to other files are left out, and numbers kept in other files are
/// refused.
/// `@unchecked Sendable`: the handle is only touched inside `HDF5Library.alone`, by one thread at a time.
public final class HDF5File: @unchecked Sendable {
  public let path: String
  public let root: HDF5Node
  private var handle: HDF5Handle?

  /// Opens the file and reads its tree.
  /// - Throws: in one line, what the file is when it is not HDF5, or what the library says of it.
  public init(path: String) throws(WeightFileError) {
    self.path = path
    try HDF5File.checkSignature(path)
    guard gaze_h5_loads() != 0 else {
      throw .file(FileError(path: path, action: "open", reason: "libhdf5 cannot be loaded"))
    }
    (handle, root) = try HDF5Library.alone { () throws(WeightFileError) in
      guard let file = HDF5Handle(H5Fopen(path, gaze_h5_read_only(), gaze_h5_default()), H5Fclose) else {
        throw .malformed(
          path: path, what: "damaged", expected: "a complete HDF5 file", found: "\"\(HDF5Library.message)\"")
      }
      var walk = HDF5TreeWalk(path: path)
      return (file, try walk.group(file, at: ""))
    }
  }

  deinit { HDF5Library.alone { handle = nil } }

  /// The strings of a text attribute of the object at `path`; nil when it has no such attribute, none when the
  /// attribute is empty, whatever its type.
  public func strings(_ attribute: String, of object: String) throws(WeightFileError) -> [String]? {
    try HDF5Library.alone { () throws(WeightFileError) in
      guard let owner = HDF5Handle(H5Oopen(handle!.id, object, gaze_h5_default()), H5Oclose) else {
        throw failure("\"\(object)\"", "an object")
      }
      guard H5Aexists(owner.id, attribute) > 0 else { return nil }
      guard let strings = HDF5Strings.read(attribute, of: owner) else {
        throw failure("attribute \"\(attribute)\" of \"\(object)\"", "readable text")
      }
      return strings
    }
  }

  /// A dataset of floating-point numbers of any width as float32.
  /// - Parameter shape: the shape it must have.
  public func tensor(_ name: String, shape: [Int]) throws(WeightFileError) -> Tensor {
    guard let info = root.dataset(name) else { throw .missing(path: path, tensor: name) }
    guard info.shape == shape else {
      throw .mismatch(path: path, tensor: name, expected: "shape \(shape)", found: "\(info.shape)")
    }
    guard info.isFloat else {
      throw .mismatch(path: path, tensor: name, expected: "floating-point numbers", found: info.type)
    }
    return try HDF5Library.alone { () throws(WeightFileError) in
      let what = "tensor \"\(name)\""
      guard let dataset = HDF5Handle(H5Dopen2(handle!.id, name, gaze_h5_default()), H5Dclose) else {
        throw failure(what, "a dataset")
      }
      try checkStorage(dataset, what, isEmpty: shape.contains(0))
      let result = Tensor(uninitialized: shape)
      let everything = gaze_h5_everything()
      guard
        H5Dread(dataset.id, gaze_h5_native_float(), everything, everything, gaze_h5_default(), result.pointer) >= 0
      else { throw failure(what, "readable numbers") }
      return result
    }
  }

  /// The library would give zeros for numbers that were never written, and open any file for those kept elsewhere.
  private func checkStorage(_ dataset: HDF5Handle, _ what: String, isEmpty: Bool) throws(WeightFileError) {
    guard gaze_h5_is_stored_here(dataset.id) == 1 else {
      throw .malformed(path: path, what: what, expected: "numbers in this file", found: "numbers kept in others")
    }
    var status = H5D_SPACE_STATUS_ERROR
    guard H5Dget_space_status(dataset.id, &status) >= 0 else { throw failure(what, "a dataset") }
    // Compressed numbers count as partly allocated, for they take less than their size.
    guard isEmpty || status != H5D_SPACE_STATUS_NOT_ALLOCATED else {
      throw .malformed(path: path, what: what, expected: "numbers", found: "none that were ever written")
    }
  }

  private func failure(_ what: String, _ expected: String) -> WeightFileError {
    .malformed(path: path, what: what, expected: expected, found: "\"\(HDF5Library.message)\"")
  }

  /// Tells a file that is not HDF5 by what it begins with.
  private static func checkSignature(_ path: String) throws(WeightFileError) {
    let file = try WeightFileError.ofFile { () throws(FileError) in try MappedFile(path: path) }
    // The signature is at 0, or after a block of the user's whose size is a power of two from 512.
    var offset = 0
    let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]
    while offset + 8 <= file.bytes.count {
      if file.bytes[offset..<offset + 8].elementsEqual(signature) { return }
      offset = max(512, offset * 2)
    }
    throw .malformed(
      path: path, what: "not an HDF5 file", expected: "an .h5 file", found: FileKind.name(of: file.bytes))
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
