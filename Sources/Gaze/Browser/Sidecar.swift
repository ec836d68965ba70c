import Foundation
import Raster

/// The text file beside a photo that holds its caption: `dog.txt` for `dog.jpg`.
enum Sidecar {
  static func path(for photo: String) -> String {
    let url = URL(fileURLWithPath: photo)
    return url.deletingPathExtension().appendingPathExtension("txt").path
  }

  /// The text there is; nil when there is none. Only the beginning of a long file is read.
  static func read(for photo: String) -> String? {
    guard let data = beginning(of: path(for: photo), bytes: 4096), !data.isEmpty else { return nil }
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// What a file begins with; nil when it cannot be read.
  static func beginning(of path: String, bytes: Int) -> Data? {
    let descriptor = open(FileName.systemPath(path), O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    return try? file.read(upToCount: bytes)
  }

  /// Writes a caption, and where it came from, unless there is one that may not be replaced.
  static func write(_ request: SidecarRequest) -> FileMessage {
    let path = path(for: request.photo)
    let name = URL(fileURLWithPath: path).lastPathComponent
    let text = request.origin.text
    if !request.replaces, let there = read(for: request.photo), there != text {
      let isHuman = CaptionOrigin.isHuman(there, beside: request.photo)
      return .sidecarExists(photo: request.photo, name: name, isHuman: isHuman)
    }
    do {
      try OutputFile.write(Array((text + "\n").utf8), toFile: path)
      try request.origin.write(for: request.photo)
      return .wroteSidecar(photo: request.photo, text: text, isHuman: request.origin.isHuman, as: name)
    } catch {
      return .failed("\(error)")
    }
  }
}
