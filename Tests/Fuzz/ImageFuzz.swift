import Foundation
import Raster

/// Damaged pictures for the decoder: whatever the bytes, it must give a picture or an error of one line, and never crash.
struct ImageFuzz {
  /// A damaged file, made again from the same numbers.
  struct Case: CustomStringConvertible {
    let file: String
    let seed: UInt64

    var description: String { "\(file) seed \(seed)" }
  }

  /// What the decoder did that it must not.
  struct Finding: Error, CustomStringConvertible {
    let `case`: Case
    let problem: String

    var description: String { "\(`case`): \(problem)" }
  }

  /// Larger pictures take long to decode and show nothing more.
  private static let pixelLimit = 1 << 21

  private let files: [(name: String, bytes: [UInt8])]

  /// The formats there are files of, by their extensions.
  var formats: [String] { Set(files.map { Self.format($0.name) }).sorted() }

  /// - Parameter folder: where pictures of all formats lie, `Tests/Fixtures/raster` for one.
  init(folder: URL) throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter(ImageDecoder.isImageName)
    files = try names.sorted().map { (name: $0, bytes: [UInt8](try Data(contentsOf: folder.appending(path: $0)))) }
  }

  /// Runs `count` cases of a format, from `seed` on.
  ///
  /// - Parameter starting: called before each case, so that a crash can be told from.
  func run(
    format: String, count: Int, seed: UInt64, starting: (Case) -> Void = { _ in }
  ) -> (pictures: Int, errors: Int, findings: [Finding]) {
    let files = files.filter { Self.format($0.name) == format }
    var (pictures, errors, findings) = (0, 0, [Finding]())
    for index in 0..<count where !files.isEmpty {
      let file = files[index % files.count]
      let current = Case(file: file.name, seed: seed &+ UInt64(index))
      starting(current)
      let bytes = damaged(file.bytes, seed: current.seed, others: files.map(\.bytes))
      switch Self.fuzz(bytes) {
      case .picture: pictures += 1
      case .error: errors += 1
      case .wrong(let problem): findings.append(Finding(case: current, problem: problem))
      }
    }
    return (pictures, errors, findings)
  }

  /// The bytes of a case, to look at.
  func bytes(of case: Case) -> [UInt8]? {
    guard let file = files.first(where: { $0.name == `case`.file }) else { return nil }
    let others = files.filter { Self.format($0.name) == Self.format(file.name) }.map(\.bytes)
    return damaged(file.bytes, seed: `case`.seed, others: others)
  }

  enum Outcome: Equatable {
    case picture, error
    case wrong(String)
  }

  /// Decodes `bytes` and looks at what comes of it.
  static func fuzz(_ bytes: [UInt8]) -> Outcome {
    do throws(RasterError) {
      let size = try ImageDecoder.size(data: bytes, name: "fuzz")
      let (count, overflows) = size.width.multipliedReportingOverflow(by: size.height)
      if !overflows, count > pixelLimit, count <= ImageDecoder.pixelLimit { return .error }
      for wanted in [nil, (1, 1)] as [(width: Int, height: Int)?] {
        let image = try ImageDecoder.decode(data: bytes, name: "fuzz", covering: wanted)
        if image.pixels.count != 3 * image.width * image.height { return .wrong("bytes do not fill the picture") }
        if wanted == nil, (image.width, image.height) != size { return .wrong("the size is not the one told") }
      }
      return .picture
    } catch {
      let line = error.description
      let isOneLine = !line.unicodeScalars.contains { $0.properties.generalCategory == .control }
      return isOneLine && line.hasPrefix("fuzz: ") && line.count < 1000
        ? .error : .wrong("no error of one line: \(line)")
    }
  }

  private func damaged(_ bytes: [UInt8], seed: UInt64, others: [[UInt8]]) -> [UInt8] {
    var mutator = Mutator(seed: seed)
    let other = others.randomElement(using: &mutator)!
    let result = mutator.damaged(bytes, other: other)
    return Bool.random(using: &mutator) ? Self.withChecksums(result) : result
  }

  /// A PNG whose chunks' checksums are right, without which nothing of a damaged one is looked at; other files as they are.
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

  private static func format(_ name: String) -> String { String(name.split(separator: ".").last ?? "") }
}
