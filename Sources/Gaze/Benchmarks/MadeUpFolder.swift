import Files
import Foundation
import Raster
import SystemPackage

/// A folder with as many photos as one likes: a few files under many names. Removed with `remove`.
struct MadeUpFolder {
  let path: FilePath
  /// One of the files behind the names.
  let photo: FilePath

  /// - Parameter photo: the file behind all names; nil makes up a few pictures.
  init(photos count: Int, of photo: FilePath?) throws {
    path = FilePath(NSTemporaryDirectory()).appending("gaze-benchmark-\(getpid())")
    try path.makeFolder()
    let originals = try photo.map { [$0] } ?? Self.pictures(in: path)
    self.photo = originals[0]
    for index in 0..<count {
      let original = originals[index % originals.count]
      let name = path.appending("photo \(index + 1).\(original.extension ?? "")")
      guard original.withPlatformString({ from in name.withPlatformString { symlink(from, $0) } }) == 0 else {
        throw CommandFailure("\(path): cannot be filled: \(String(cString: strerror(errno)))")
      }
    }
  }

  func remove() { try? FileManager.default.removeItem(atPath: path.string) }

  /// Pictures of the usual size with edges and gradients; their names begin with a dot and are not listed.
  private static func pictures(in folder: FilePath) throws -> [FilePath] {
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
      let file = folder.appending(".\(number).png")
      try OutputFile.write(
        PNGEncoder.encode(PixelImage(width: 640, height: 480, pixels: pixels)), toFile: file)
      return file
    }
  }
}
