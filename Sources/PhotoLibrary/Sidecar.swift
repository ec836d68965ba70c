import Files
import Foundation
import Raster
import SystemPackage

/// The text file beside a photo that holds its caption: `dog.txt` for `dog.jpg`.
package enum Sidecar {
  package static func path(for photo: FilePath) -> FilePath { beside(photo, extension: "txt") }

  /// The path without the name's extension, which all files about a photo share.
  static func stem(of photo: FilePath) -> FilePath {
    var stem = photo
    stem.extension = nil
    return stem
  }

  /// A file about a photo: its path with another extension.
  static func beside(_ photo: FilePath, extension: String) -> FilePath {
    var path = photo
    path.extension = `extension`
    return path
  }

  /// The text there is and who wrote it; nil when there is none. Only the beginning of a long file is read.
  package static func read(for photo: FilePath) -> SidecarText? {
    guard let data = beginning(of: path(for: photo), bytes: 1 << 16), !data.isEmpty else { return nil }
    let text = trimmed(data)
    return SidecarText(text: text, author: CaptionOrigin.author(of: text, beside: photo))
  }

  /// What a file says, without a byte order mark and the space around it.
  static func trimmed(_ bytes: some Collection<UInt8>) -> String {
    let wide = isWide(bytes) ? String(bytes: bytes, encoding: .utf16) : nil
    let text = wide ?? String(decoding: bytes, as: UTF8.self)
    return text.trimmingCharacters(in: .whitespacesAndNewlines.union(CharacterSet(charactersIn: "\u{FEFF}")))
  }

  /// Whether text is in UTF-16: it begins with its byte order mark, or has zeros, as no text in UTF-8 does.
  static func isWide(_ bytes: some Collection<UInt8>) -> Bool {
    bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) || bytes.contains(0)
  }

  /// What a file begins with; nil when it cannot be read.
  static func beginning(of path: FilePath, bytes: Int) -> Data? {
    let descriptor = path.withPlatformString { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
    guard descriptor >= 0 else { return nil }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    return try? file.read(upToCount: bytes)
  }

  /// Writes a caption, and where it came from, unless there is one that may not be replaced.
  package static func write(_ request: SidecarWriteRequest) -> SidecarOutcome {
    let path = path(for: request.photo)
    let name = FileName.name(path)
    let text = request.origin.text
    do {
      let before = try SidecarFiles(of: request.photo)
      if let there = read(for: request.photo), there.text != text, !request.mayReplace(there, before) {
        return .exists(photo: request.photo, name: name, there.author)
      }
      let after = SidecarFiles(request.origin.replacing(before), for: request.photo)
      try after.write(for: request.photo)
      let written = SidecarText(text: text, author: request.origin.author)
      return .wrote(written, as: name, SidecarChange(photo: request.photo, from: before, to: after))
    } catch {
      return .failed(photo: request.photo, reason: "\(error)")
    }
  }

  /// Makes the files what they were before a change or after it, unless they have become something else meanwhile.
  package static func apply(_ change: SidecarChange, isRedo: Bool) -> SidecarOutcome {
    let name = FileName.name(path(for: change.photo))
    do {
      guard try SidecarFiles(of: change.photo) == change.from else {
        return .failed(
          photo: change.photo, reason: "\(name) was changed by another program meanwhile: it is left as it is")
      }
      try change.to.write(for: change.photo)
      return .changed(change, read(for: change.photo), as: name, isRedo: isRedo)
    } catch {
      return .failed(photo: change.photo, reason: "\(error)")
    }
  }
}
