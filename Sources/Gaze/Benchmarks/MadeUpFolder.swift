import Files
import Foundation
import Raster

/// A folder with as many photos as one likes: a few files under many names. Removed with `remove`.
struct MadeUpFolder {
  let path: String
  /// One of the files behind the names.
  let photo: String

  /// - Parameter photo: the file behind all names; nil makes up a few pictures.
  init(photos count: Int, of photo: String?) throws {
    path = NSTemporaryDirectory() + "gaze-benchmark-\(getpid())"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    let originals = try photo.map { [$0] } ?? Self.pictures(in: path)
    self.photo = originals[0]
    for index in 0..<count {
      let original = originals[index % originals.count]
      let kind = (original as NSString).pathExtension
      guard symlink(FileName.systemPath(original), "\(path)/photo \(index + 1).\(kind)") == 0 else {
        throw CommandFailure("\(path): cannot be filled: \(String(cString: strerror(errno)))")
      }
    }
  }

  func remove() { try? FileManager.default.removeItem(atPath: path) }

  /// Pictures of the usual size with edges and gradients; their names begin with a dot and are not listed.
  private static func pictures(in folder: String) throws -> [String] {
    try (0..<8).map { number in
      var pixels = [UInt8](repeating: 0, count: 640 * 480 * 3)
      for y in 0..<480 {
        for x in 0..<640 {
          let base = 3 * (y * 640 + x)
          pixels[base] = UInt8((x * (number + 1) / 3) & 255)
          pixels[base + 1] = UInt8((y + 16 * number) & 255)
          pixels[base + 2] = (x / 40 + y / 40) % 2 == 0 ? 200 : 40
        }
      }
      let file = "\(folder)/.\(number).png"
      try OutputFile.write(
        PNGEncoder.encode(PixelImage(width: 640, height: 480, pixels: pixels)), toFile: file)
      return file
    }
  }
}
