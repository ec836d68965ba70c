import Glibc
import SystemPackage

/// A whole file seen as memory, read-only. Unmapped when the last reference goes.
///
/// `@unchecked Sendable`: nothing writes through the pointer, and it does not change after `init`.
/// A file that another program cuts short while it is mapped cannot be survived; gaze's own writers replace files
/// by renaming, which leaves mapped ones whole.
package final class MappedFile: @unchecked Sendable {
  /// Valid while this object is kept. What is read at once and not kept is read in `withBytes`.
  package let bytes: UnsafeRawBufferPointer

  package init(path: FilePath) throws(FileError) {
    // Non-blocking, so that opening a named pipe returns and can be refused below.
    let file = path.withPlatformString { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
    guard file >= 0 else { throw .fromErrno(path, "open") }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw .fromErrno(path, "read") }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw FileError(path: path, action: "read", reason: "not a regular file")
    }
    guard status.st_size > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    let size = Int(status.st_size)
    guard let base = mmap(nil, size, PROT_READ, MAP_PRIVATE, file, 0), base != MAP_FAILED else {
      throw .fromErrno(path, "map")
    }
    bytes = UnsafeRawBufferPointer(start: base, count: size)
  }

  /// Hands the bytes to `body`, for the time of which they stay mapped.
  package func withBytes<Value, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    defer { withExtendedLifetime(self) {} }
    return try body(bytes)
  }

  /// The SHA-256 of the file in lower-case hexadecimal. What is read of it for that does not stay in memory.
  package func sha256() -> String { withBytes { Digest.sha256($0, whenRead: release) } }

  /// Tells the system that a part was read and need not stay in memory; it is read from the file again if asked for.
  package func release(_ part: UnsafeRawBufferPointer) {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    guard let start = part.baseAddress, page > 0 else { return }
    // The pages at its ends too, or rows read one by one would leave theirs behind; neighbours are read again.
    let first = Int(bitPattern: start) / page * page
    let last = (Int(bitPattern: start) + part.count + page - 1) / page * page
    if first < last { madvise(UnsafeMutableRawPointer(bitPattern: first), last - first, MADV_DONTNEED) }
  }

  deinit {
    if let base = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: base), bytes.count) }
  }
}
