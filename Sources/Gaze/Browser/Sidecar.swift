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
    let descriptor = open(FileName.systemPath(path(for: photo)), O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    guard let data = try? file.read(upToCount: 4096), !data.isEmpty else { return nil }
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Writes a caption unless there is one that may not be replaced.
  static func write(_ request: SidecarRequest) -> FileMessage {
    let path = path(for: request.photo)
    let name = URL(fileURLWithPath: path).lastPathComponent
    if !request.replaces, let there = read(for: request.photo), there != request.text {
      return .sidecarExists(photo: request.photo, name: name)
    }
    do {
      try OutputFile.write(Array((request.text + "\n").utf8), toFile: path)
      return .wroteSidecar(photo: request.photo, text: request.text, as: name)
    } catch {
      return .failed("\(error)")
    }
  }
}
