import Files
import Foundation
import Raster

/// The text file beside a photo that holds its caption: `dog.txt` for `dog.jpg`.
package enum Sidecar {
  package static func path(for photo: String) -> String { stem(of: photo) + ".txt" }

  /// The path without what follows the last dot of the name, which all files about a photo share.
  static func stem(of photo: String) -> String {
    guard let dot = photo.utf8.lastIndex(of: UInt8(ascii: ".")), !photo[dot...].utf8.contains(UInt8(ascii: "/")) else {
      return photo
    }
    return String(photo[..<dot])
  }

  /// The text there is and who wrote it; nil when there is none. Only the beginning of a long file is read.
  package static func read(for photo: String) -> SidecarText? {
    guard let data = beginning(of: path(for: photo), bytes: 1 << 16), !data.isEmpty else { return nil }
    let text = trimmed(data)
    return SidecarText(text: text, author: CaptionOrigin.author(of: text, beside: photo))
  }

  /// What a file says, without the space around it.
  static func trimmed(_ bytes: some Collection<UInt8>) -> String {
    String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// What a file begins with; nil when it cannot be read.
  static func beginning(of path: String, bytes: Int) -> Data? {
    let descriptor = open(FileName.systemPath(path), O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    return try? file.read(upToCount: bytes)
  }

  /// All a file holds; nil when there is none.
  static func contents(of path: String) throws -> [UInt8]? {
    let descriptor = open(FileName.systemPath(path), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw FileError.fromErrno(path, "read")
    }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    return Array(try file.readToEnd() ?? Data())
  }

  /// Writes a caption, and where it came from, unless there is one that may not be replaced.
  package static func write(_ request: SidecarWriteRequest) -> SidecarOutcome {
    let path = path(for: request.photo)
    let name = URL(fileURLWithPath: path).lastPathComponent
    let text = request.origin.text
    if !request.replaces, let there = read(for: request.photo), there.text != text {
      return .exists(photo: request.photo, name: name, isHuman: there.author == .human)
    }
    do {
      let before = try SidecarFiles(of: request.photo)
      let after = SidecarFiles(request.origin, for: request.photo)
      try after.write(for: request.photo)
      let written = SidecarText(text: text, author: request.origin.author)
      return .wrote(written, as: name, SidecarChange(photo: request.photo, from: before, to: after))
    } catch {
      return .failed("\(error)")
    }
  }

  /// Makes the files what they were before a change or after it, unless they have become something else meanwhile.
  package static func apply(_ change: SidecarChange, isRedo: Bool) -> SidecarOutcome {
    let name = URL(fileURLWithPath: path(for: change.photo)).lastPathComponent
    do {
      guard try SidecarFiles(of: change.photo) == change.from else {
        return .failed("\(name) was changed by another program meanwhile: it is left as it is")
      }
      try change.to.write(for: change.photo)
      return .changed(change, read(for: change.photo), as: name, isRedo: isRedo)
    } catch {
      return .failed("\(error)")
    }
  }
}

/// A caption to be kept beside its photo.
package struct SidecarWriteRequest: Sendable, Equatable {
  let photo: String
  let origin: CaptionOrigin
  /// Whether a sidecar that is there already may be replaced.
  let replaces: Bool

  package init(photo: String, origin: CaptionOrigin, replaces: Bool) {
    self.photo = photo
    self.origin = origin
    self.replaces = replaces
  }
}

/// What came of writing a sidecar, or of taking a change back.
package enum SidecarOutcome: Sendable {
  /// A sidecar was written and now has this text.
  case wrote(SidecarText, as: String, SidecarChange)
  /// A change was taken back, or done again; what the sidecar says now.
  case changed(SidecarChange, SidecarText?, as: String, isRedo: Bool)
  /// A sidecar that was there before; nothing was written.
  case exists(photo: String, name: String, isHuman: Bool)
  case failed(String)
}

/// What a sidecar says.
package struct SidecarText: Sendable, Equatable {
  /// Who wrote a text that is kept beside a photo.
  package enum Author: String, Sendable {
    case human, machine
    /// Nobody said, or the text was changed since.
    case unknown
  }

  package let text: String
  package let author: Author

  /// The text with spaces for line ends and zeros, which mean something to an index of texts.
  package var inOneLine: String {
    guard text.utf8.contains(where: { $0 == 0 || $0 == 10 }) else { return text }
    return String(decoding: text.utf8.map { $0 == 0 || $0 == 10 ? 32 : $0 }, as: UTF8.self)
  }
}

/// A sidecar and the file that tells its origin, byte by byte; nil stands for no file.
package struct SidecarFiles: Sendable, Equatable {
  let text: [UInt8]?
  let origin: [UInt8]?

  /// Those there are.
  init(of photo: String) throws {
    text = try Sidecar.contents(of: Sidecar.path(for: photo))
    origin = try Sidecar.contents(of: CaptionOrigin.path(for: photo))
  }

  /// Those of a caption to be written.
  init(_ origin: CaptionOrigin, for photo: String) {
    self.init(text: Array((origin.text + "\n").utf8), origin: origin, for: photo)
  }

  init(text: [UInt8], origin: CaptionOrigin, for photo: String) {
    self.text = text
    self.origin = Array(origin.json(photo: photo).utf8)
  }

  /// Puts them in place, each as a whole. Between the two the origin does not fit the text, which is then nobody's.
  func write(for photo: String) throws {
    try Self.put(text, at: Sidecar.path(for: photo))
    try Self.put(origin, at: CaptionOrigin.path(for: photo))
  }

  private static func put(_ bytes: [UInt8]?, at path: String) throws {
    if let bytes { return try OutputFile.write(bytes, toFile: path) }
    guard unlink(FileName.systemPath(path)) == 0 || errno == ENOENT else {
      throw FileError.fromErrno(path, "remove")
    }
  }
}

/// A sidecar that was written, as it can be taken back and done again.
package struct SidecarChange: Sendable, Equatable {
  package let photo: String
  package let from: SidecarFiles
  package let to: SidecarFiles

  package var inverse: SidecarChange { SidecarChange(photo: photo, from: to, to: from) }
}
