import ArgumentParser
import Foundation
import Raster

/// What `gaze caption` does with the text file beside an image, in particular where there is one already.
enum SidecarPolicy: String, CaseIterable, ExpressibleByArgument {
  /// Leave it, and do not caption its image.
  case skip
  /// Replace it.
  case overwrite
  /// Add a line after what it holds.
  case append
  /// Add a line before what it holds.
  case prepend

  /// Whether an image is left out because it has its text.
  func isDone(_ image: String) -> Bool { self == .skip && Self.exists(Sidecar.path(for: image)) }

  /// Writes `caption` for `image`; the file changes as a whole or not at all.
  func write(_ caption: String, for image: String) throws {
    let path = Sidecar.path(for: image)
    var lines = Array((caption + "\n").utf8)
    if self == .append || self == .prepend, Self.exists(path) {
      var old = try Self.content(path)
      if let last = old.last, last != UInt8(ascii: "\n") { old.append(UInt8(ascii: "\n")) }
      lines = self == .append ? old + lines : lines + old
    }
    try OutputFile.write(lines, toFile: path)
  }

  private static func exists(_ path: String) -> Bool { access(FileName.systemPath(path), F_OK) == 0 }

  private static func content(_ path: String) throws -> [UInt8] {
    let descriptor = open(FileName.systemPath(path), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw CommandFailure("\(path): cannot be read: \(String(cString: strerror(errno)))") }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    return Array(try file.readToEnd() ?? Data())
  }
}
