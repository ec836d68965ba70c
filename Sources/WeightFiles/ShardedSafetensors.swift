import Files
import Foundation
import SystemPackage
import Tensors

/// Several safetensors files that together hold a network, and the index that says which tensor is in which:
/// `model.safetensors.index.json` with `weight_map`, an object of file names by tensor.
package final class ShardedSafetensors: TensorCollection {
  /// The index.
  package let path: FilePath
  private let files: [String: SafetensorsFile]
  private let fileOf: [String: String]

  package var names: [String] { fileOf.keys.sorted() }
  package var byteCount: Int { files.values.reduce(0) { $0 + $1.byteCount } }

  /// Opens all files.
  /// - Throws: `WeightFileError` where the index or a file is missing or broken, or a file lacks a tensor the index
  ///   promises.
  package init(index path: FilePath) throws(WeightFileError) {
    self.path = path
    let map = try Self.weightMap(path)
    let folder = path.removingLastComponent()
    var files: [String: SafetensorsFile] = [:]
    for name in Set(map.values).sorted() {
      // A name, not a path: an index must not lead outside of its folder.
      guard !name.isEmpty, !name.contains("/") else {
        throw .malformed(
          path: path, what: "weight_map", expected: "names of files beside it", found: JSONText.quoted(name))
      }
      files[name] = try SafetensorsFile(path: folder.appending(FileName.path(name).components))
    }
    for (tensor, name) in map where files[name]?.info(tensor) == nil {
      throw .missing(path: files[name]?.path ?? path, tensor: tensor)
    }
    (self.files, fileOf) = (files, map)
  }

  private static func weightMap(_ path: FilePath) throws(WeightFileError) -> [String: String] {
    let file = try WeightFileError.ofFile { () throws(FileError) in try MappedFile(path: path) }
    var map: [String: String] = [:]
    do {
      try file.withBytes { bytes in
        var scanner = JSONScanner(bytes)
        try scanner.object { scanner, key in
          if key == "weight_map" {
            try scanner.object { map[$1] = try $0.string() }
          } else {
            try scanner.skip()
          }
        }
        try scanner.end()
      }
    } catch {
      let problem = error as? JSONScanner.Problem
      throw .malformed(
        path: path, what: "byte \(problem?.offset ?? 0)", expected: problem?.expected ?? "JSON",
        found: problem?.found ?? "something else")
    }
    guard !map.isEmpty else {
      throw .malformed(path: path, what: "weight_map", expected: "files by tensor", found: "none")
    }
    return map
  }

  package func sha256() -> String {
    let all = files.sorted { $0.key < $1.key }.map { $0.value.sha256() }.joined(separator: "\n")
    return Array(all.utf8).withUnsafeBytes { Digest.sha256($0) }
  }

  package func info(_ name: String) -> SafetensorsFile.TensorInfo? { fileOf[name].flatMap { files[$0]?.info(name) } }

  package func bytes(_ name: String) throws(WeightFileError) -> UnsafeRawBufferPointer {
    guard let file = fileOf[name].flatMap({ files[$0] }) else { throw .missing(path: path, tensor: name) }
    return try file.bytes(name)
  }

  package func release(_ name: String) { fileOf[name].flatMap { files[$0] }?.release(name) }
}
