import Glibc
import SystemPackage

/// A file that appears whole or not at all: written beside its destination, synced, then renamed over it. It has the
/// mode and, where the system allows it, the owner of the file it replaces.
///
/// Dropped without `commit()` it removes what it wrote and leaves the destination as it was.
public final class AtomicFile {
  public let path: FilePath
  private let target: FilePath
  private let temporary: FilePath
  private var file: Int32

  /// - Parameters:
  ///   - path: where the file shall be. When that is a symbolic link, the file it leads to is replaced.
  ///   - model: a file whose owner and mode a new file gets, where nothing is replaced.
  public init(path: FilePath, like model: FilePath? = nil) throws(FileError) {
    self.path = path
    let target = AtomicFile.resolved(path)
    self.target = target
    let name = ".gaze-\(getpid())-\(UInt32.random(in: 0 ... .max)).partial"
    temporary = target.removingLastComponent().appending(name)
    var old = stat()
    let isThere = target.withPlatformString { stat($0, &old) } == 0
    if isThere, old.st_mode & S_IFMT != S_IFREG {
      throw FileError(path: path, action: "write", reason: "not a regular file")
    }
    let isModelled = isThere || model?.withPlatformString { stat($0, &old) == 0 } == true
    // Until it has the other's mode nobody else may read it.
    file = temporary.withPlatformString {
      open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, isModelled ? 0o600 : 0o666)
    }
    guard file >= 0 else { throw .fromErrno(path, "write") }
    if isModelled { takeOver(old) }
  }

  /// Takes the owner and mode of another file, as far as the system allows.
  private func takeOver(_ old: stat) {
    var (own, mode) = (stat(), old.st_mode & 0o777)
    let isSameGroup = fstat(file, &own) == 0 && own.st_gid == old.st_gid
    let isOwned = isSameGroup && own.st_uid == old.st_uid
    if !isOwned, fchown(file, old.st_uid, old.st_gid) != 0, !isSameGroup, fchown(file, own.st_uid, old.st_gid) != 0 {
      // Another group gets no more than anybody.
      mode = mode & 0o707 | (mode & 0o007) << 3
    }
    fchmod(file, mode)
  }

  /// An open file of no name, which can be written to and not committed.
  init(descriptor: Int32, path: FilePath) throws(FileError) {
    (self.path, target, temporary, file) = (path, "", "", descriptor)
    guard file >= 0 else { throw .fromErrno(path, "write") }
  }

  deinit { discard() }

  /// Appends `bytes`.
  public func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
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
  public func write(_ bytes: [UInt8]) throws(FileError) {
    // The error crosses the closure as a result: `withUnsafeBytes` forgets its type.
    try bytes.withUnsafeBytes { span in Result { () throws(FileError) in try self.write(span) } }.get()
  }

  /// Makes the file appear under its name, with everything on disk.
  public func commit() throws(FileError) {
    guard fsync(file) == 0 else { throw .fromErrno(path, "write") }
    let closed = close(file)
    file = -1
    guard closed == 0, moves() else {
      let code = errno
      remove()
      throw .fromErrno(path, "write", code: code)
    }
    AtomicFile.syncFolder(of: target)
  }

  private func discard() {
    guard file >= 0 else { return }
    close(file)
    remove()
  }

  private func moves() -> Bool {
    temporary.withPlatformString { from in target.withPlatformString { rename(from, $0) == 0 } }
  }

  private func remove() { _ = temporary.withPlatformString(unlink) }

  private static func resolved(_ path: FilePath) -> FilePath {
    guard let real = path.withPlatformString({ realpath($0, nil) }) else { return path }
    defer { free(real) }
    return FilePath(platformString: real)
  }

  /// Puts the rename itself on disk. Some file systems cannot; the file is complete either way.
  private static func syncFolder(of path: FilePath) {
    let folder = path.removingLastComponent()
    let descriptor = (folder.isEmpty ? "." : folder).withPlatformString { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}
