import Files
import Foundation
import SystemPackage

/// Files beside photos as they are on disk.
extension Sidecar {
  /// All a file holds; nil when there is none.
  static func contents(of path: FilePath) throws(FileError) -> [UInt8]? {
    // Without waiting: a pipe that nobody writes to would never open.
    let descriptor = path.withPlatformString { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw .fromErrno(path, "read")
    }
    defer { close(descriptor) }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
      throw FileError(path: path, action: "read", reason: "not a regular file")
    }
    var bytes = [UInt8](repeating: 0, count: Int(facts.st_size))
    var filled = 0
    while filled < bytes.count {
      let count = bytes.withUnsafeMutableBytes {
        Foundation.read(descriptor, $0.baseAddress! + filled, $0.count - filled)
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .fromErrno(path, "read") }
      if count == 0 { break }
      filled += count
    }
    return Array(bytes[..<filled])
  }

  /// Refuses to write where no plain file is or would be: what a link leads to may be another's.
  static func checkWritable(_ path: FilePath) throws(FileError) {
    guard let facts = path.linkStatus else { return }
    switch facts.st_mode & S_IFMT {
    case S_IFREG: return
    case S_IFLNK:
      let target = path.linkTarget?.description ?? "nowhere"
      throw FileError(path: path, action: "write", reason: "a symbolic link to \(target)")
    default: throw FileError(path: path, action: "write", reason: "not a regular file")
    }
  }
}

/// A sidecar and the file that tells its origin, byte by byte; nil stands for no file.
package struct SidecarFiles: Sendable, Equatable {
  let text: [UInt8]?
  let origin: [UInt8]?

  /// Those there are.
  init(of photo: FilePath) throws(FileError) {
    text = try Sidecar.contents(of: Sidecar.path(for: photo))
    origin = try Sidecar.contents(of: CaptionOrigin.path(for: photo))
  }

  /// Those of a caption to be written.
  init(_ origin: CaptionOrigin, for photo: FilePath) {
    self.init(text: Array((origin.text + "\n").utf8), origin: origin, for: photo)
  }

  init(text: [UInt8], origin: CaptionOrigin, for photo: FilePath) {
    self.text = text
    self.origin = Array(origin.json(photo: photo).utf8)
  }

  /// Puts both in place or neither. Between the two the origin does not fit the text, which is then nobody's.
  func write(for photo: FilePath) throws(FileError) {
    let (textPath, originPath) = (Sidecar.path(for: photo), CaptionOrigin.path(for: photo))
    try Sidecar.checkWritable(textPath)
    try Sidecar.checkWritable(originPath)
    let before = try Sidecar.contents(of: textPath)
    // Both are on disk as a whole before the first one appears.
    let newText = try Replacement(text, at: textPath)
    // Who may not read the text may not read it in its origin.
    let newOrigin = try Replacement(origin, at: originPath, like: textPath)
    try newText.apply()
    do {
      try newOrigin.apply()
    } catch {
      try? Replacement(before, at: textPath).apply()
      throw error
    }
  }

  /// What is about to be in a file's place: other content, or nothing.
  private struct Replacement {
    let path: FilePath
    let file: AtomicFile?

    init(_ bytes: [UInt8]?, at path: FilePath, like model: FilePath? = nil) throws(FileError) {
      self.path = path
      guard let bytes else {
        file = nil
        return
      }
      let file = try AtomicFile(path: path, like: model)
      try file.write(bytes)
      self.file = file
    }

    func apply() throws(FileError) {
      if let file { return try file.commit() }
      try path.remove()
    }
  }
}

/// A sidecar that was written, as it can be taken back and done again.
package struct SidecarChange: Sendable, Equatable {
  package let photo: FilePath
  package let from: SidecarFiles
  package let to: SidecarFiles

  package var inverse: SidecarChange { SidecarChange(photo: photo, from: to, to: from) }
}
