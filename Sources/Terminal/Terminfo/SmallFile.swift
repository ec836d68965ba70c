import Glibc
import SystemPackage

/// Reads settings: ordinary files of little size. A pipe or a device in their place would be waited for, for ever.
package enum SmallFile {
  /// - Returns: nil where there is no ordinary file to read, or it holds more bytes than `limit`.
  package static func read(_ path: FilePath, limit: Int) -> [UInt8]? {
    let file = path.withPlatformString { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
    guard file >= 0 else { return nil }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= limit else { return nil }
    return [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      while count < limit, case let read = Glibc.read(file, buffer.baseAddress! + count, limit - count), read > 0 {
        count += read
      }
    }
  }
}
