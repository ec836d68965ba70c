import Glibc

/// A file that appears whole or not at all: written beside its destination, synced, then renamed over it.
///
/// Dropped without `commit()` it removes what it wrote and leaves the destination as it was.
public final class AtomicFile {
  public let path: String
  private let target: String
  private let temporary: String
  private var file: Int32

  /// - Parameter path: where the file shall be. When that is a symbolic link, the file it leads to is replaced.
  public init(path: String) throws(WeightFileError) {
    self.path = path
    let target = AtomicFile.resolved(path)
    self.target = target
    let folder = target.lastIndex(of: "/").map { target[...$0] } ?? ""
    temporary = "\(folder).gaze-\(getpid())-\(UInt32.random(in: 0 ... .max)).partial"
    var status = stat()
    if stat(target, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      throw .system(path: path, action: "write", reason: "not a regular file")
    }
    file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw .fromErrno(path, "write") }
  }

  /// An open file of no name, which can be written to and not committed.
  init(descriptor: Int32, path: String) throws(WeightFileError) {
    (self.path, target, temporary, file) = (path, path, "", descriptor)
    guard file >= 0 else { throw .fromErrno(path, "write") }
  }

  deinit { discard() }

  /// Makes a file of `bytes` alone; when this throws, what was there before still is.
  public static func write(_ bytes: [UInt8], to path: String) throws(WeightFileError) {
    let file = try AtomicFile(path: path)
    try file.write(bytes)
    try file.commit()
  }

  /// Appends `bytes`.
  public func write(_ bytes: UnsafeRawBufferPointer) throws(WeightFileError) {
    var rest = bytes
    while !rest.isEmpty {
      let written = Glibc.write(file, rest.baseAddress, min(rest.count, 1 << 30))
      if written < 0 {
        if errno == EINTR { continue }
        throw .fromErrno(path, "write")
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
  }

  /// Appends `bytes`; for text, its `utf8`.
  public func write(_ bytes: [UInt8]) throws(WeightFileError) {
    // The error crosses the closure as a result: `withUnsafeBytes` forgets its type.
    try bytes.withUnsafeBytes { span in Result { () throws(WeightFileError) in try self.write(span) } }.get()
  }

  /// Makes the file appear under its name, with everything on disk.
  public func commit() throws(WeightFileError) {
    guard fsync(file) == 0 else { throw .fromErrno(path, "write") }
    let closed = close(file)
    file = -1
    guard closed == 0, rename(temporary, target) == 0 else {
      let code = errno
      unlink(temporary)
      throw .fromErrno(path, "write", code: code)
    }
    AtomicFile.syncFolder(of: target)
  }

  private func discard() {
    guard file >= 0 else { return }
    close(file)
    unlink(temporary)
  }

  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  /// Puts the rename itself on disk. Some file systems cannot; the file is complete either way.
  private static func syncFolder(of path: String) {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}
