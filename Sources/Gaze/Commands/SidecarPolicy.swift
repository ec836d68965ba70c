import ArgumentParser
import Foundation
import WeightFiles

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
  func isDone(_ image: String) -> Bool { self == .skip && access(Sidecar.path(for: image), F_OK) == 0 }

  /// Writes `caption` for `image`; the file changes as a whole or not at all.
  func write(_ caption: String, for image: String) throws {
    let path = Sidecar.path(for: image)
    var lines = Array((caption + "\n").utf8)
    if self == .append || self == .prepend, access(path, F_OK) == 0 {
      var old = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
      if let last = old.last, last != UInt8(ascii: "\n") { old.append(UInt8(ascii: "\n")) }
      lines = self == .append ? old + lines : lines + old
    }
    try AtomicFile.write(lines, to: path)
  }
}
