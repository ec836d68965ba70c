import Files
import Foundation
import SystemPackage

/// A folder of its own for one test, removed with what it holds when the test ends.
public final class TemporaryFolder {
  public let url: URL

  public init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("gaze-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  public var path: FilePath { FilePath(url.path) }

  /// - Parameter name: as `FileName` has it.
  public func path(_ name: String) -> FilePath { path.appending(FileName.path(name).components) }

  /// Writes a file and returns its path.
  public func file(_ name: String, _ bytes: [UInt8]) throws -> FilePath {
    try OutputFile.write(bytes, toFile: path(name))
    return path(name)
  }

  public var names: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() } }
}

/// A safetensors file from its header's text and its data.
public func safetensors(_ header: String, data: Int = 0) -> [UInt8] {
  let length = UInt64(header.utf8.count)
  return (0..<8).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) } + Array(header.utf8)
    + [UInt8](repeating: 0, count: data)
}
