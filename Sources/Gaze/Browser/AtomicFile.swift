import Foundation

/// Files that are either the old ones or the new ones, whole, whatever happens in between.
enum AtomicFile {
  /// Why a file was not written.
  struct Failure: Error, CustomStringConvertible, Equatable {
    let path: String
    let reason: String
    var description: String { "\(path): cannot be written: \(reason)" }
  }

  /// Writes beside the file, then takes its place.
  static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
    let temporary = "\(path).\(getpid()).tmp"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure(path) }
    do throws(Failure) {
      try writeAll(bytes, to: descriptor, path: path)
      guard close(descriptor) == 0, rename(temporary, path) == 0 else { throw failure(path) }
    } catch {
      unlink(temporary)
      throw error
    }
  }

  private static func writeAll(_ bytes: [UInt8], to descriptor: Int32, path: String) throws(Failure) {
    var done = 0
    while done < bytes.count {
      let count = bytes[done...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let problem = failure(path)
        close(descriptor)
        throw problem
      }
      done += count
    }
    if fsync(descriptor) != 0, errno == EIO {
      let problem = failure(path)
      close(descriptor)
      throw problem
    }
  }

  private static func failure(_ path: String) -> Failure {
    Failure(path: path, reason: String(cString: strerror(errno)))
  }
}
