import Foundation
import Raster

/// Pictures of the five formats: whatever the bytes, decoding gives a picture or an error of one line.
enum ImageTargets {
  /// Larger pictures take long to decode and show nothing more.
  private static let pixelLimit = 1 << 21

  /// - Parameter folder: where pictures of all formats lie.
  static func all(folder: URL) throws -> [NamedTarget] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter(ImageDecoder.isImageName)
    let files = try names.sorted().map { (name: $0, bytes: [UInt8](try Data(contentsOf: folder.appending(path: $0)))) }
    return Dictionary(grouping: files) { String($0.name.split(separator: ".").last ?? "") }
      .sorted { $0.key < $1.key }
      .map { format in
        (
          name: format.key,
          make: { FuzzTarget(name: format.key, files: format.value, repair: withChecksums, read: decode) }
        )
      }
  }

  private static func decode(_ bytes: [UInt8]) -> FuzzTarget.Outcome {
    do throws(RasterError) {
      let size = try ImageDecoder.size(data: bytes, name: "fuzz")
      let (count, overflows) = size.width.multipliedReportingOverflow(by: size.height)
      if !overflows, count > pixelLimit, count <= ImageDecoder.pixelLimit { return .refused }
      for wanted in [nil, (1, 1)] as [(width: Int, height: Int)?] {
        let image = try ImageDecoder.decode(data: bytes, name: "fuzz", covering: wanted)
        if image.pixels.count != 3 * image.width * image.height { return .wrong("bytes do not fill the picture") }
        if wanted == nil, (image.width, image.height) != size { return .wrong("the size is not the one told") }
      }
      return .read
    } catch {
      return FuzzTarget.refusal(error, naming: "fuzz")
    }
  }

  /// A PNG whose chunks' checksums are right; other files as they are.
  private static func withChecksums(_ file: [UInt8]) -> [UInt8] {
    guard file.starts(with: [0x89, 0x50, 0x4E, 0x47]) else { return file }
    var result = file
    var offset = 8
    while offset + 12 <= result.count {
      let length = result[offset..<(offset + 4)].reduce(0) { $0 << 8 | Int($1) }
      guard offset + 12 + length <= result.count else { break }
      let sum = checksum(result[(offset + 4)..<(offset + 8 + length)])
      for byte in 0..<4 {
        result[offset + 8 + length + byte] = UInt8(truncatingIfNeeded: sum >> (24 - 8 * UInt32(byte)))
      }
      offset += 12 + length
    }
    return result
  }

  /// CRC-32 as in the PNG specification, annex D.
  private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    var sum = ~UInt32(0)
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? (sum >> 1) ^ 0xEDB8_8320 : sum >> 1 }
    }
    return ~sum
  }
}
