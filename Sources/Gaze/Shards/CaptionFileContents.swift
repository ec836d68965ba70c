import Captioning
import Files
import Glibc
import SystemPackage

/// What a file of captions holds that a run goes on with.
struct CaptionFileContents {
  /// How its captions are to have been drawn.
  typealias Expected = (weights: WeightsIdentity, settings: CaptionFileSettings)

  /// Images whose captions it has.
  private(set) var done: Set<PathHash> = []
  /// Lines that tell of a failure.
  private(set) var failed = 0
  /// In bytes: where the last whole line of an image ends.
  private(set) var end = 0

  /// Reads an open file from its beginning.
  /// - Throws: where it cannot be read, holds something else, or captions drawn otherwise than is expected.
  init(_ descriptor: Int32, of path: FilePath, expecting expected: Expected) throws {
    lseek(descriptor, 0, SEEK_SET)
    var (lines, number, offset) = (LineStream(descriptor, name: path), 0, 0)
    while let (line, isEnded) = try lines.next() {
      number += 1
      offset += line.count + 1
      guard isEnded, let told = CaptionFileLine(line) else {
        if !isEnded, CaptionFileLine.mayBegin(line) { return }
        throw CommandFailure("\(path): line \(number) tells of no image, expected JSON Lines of gaze caption")
      }
      guard case .image(let image) = told else { continue }
      if image.hasFailed {
        failed += 1
      } else {
        if done.isEmpty { try Self.check(line, image, expected, path) }
        done.insert(image.path)
      }
      end = offset
    }
  }

  /// All lines of a file were drawn in the same way.
  private static func check(
    _ line: ArraySlice<UInt8>, _ image: CaptionFileLine.Image, _ expected: Expected, _ path: FilePath
  ) throws {
    let hint = "the same go on with it, --overwrite begins anew"
    if image.weights != expected.weights.sha256 {
      throw CommandFailure("\(path): its captions were drawn by other weights (sha256 \(image.weights)); \(hint)")
    }
    guard let settings = CaptionFileSettings(line: line), settings != expected.settings else { return }
    throw CommandFailure(
      "\(path): its captions were drawn otherwise (\(settings.samples) with \(settings.text), expected "
        + "\(expected.settings.samples) with \(expected.settings.text)); \(hint)")
  }

  /// Copies the lines with captions.
  func copyCaptions(from descriptor: Int32, of path: FilePath, to file: AtomicFile) throws {
    lseek(descriptor, 0, SEEK_SET)
    var lines = LineStream(descriptor, name: path)
    while let (line, isEnded) = try lines.next() {
      if isEnded, case .image(let image) = CaptionFileLine(line), !image.hasFailed {
        try file.write(Array(line) + [0x0A])
      }
    }
  }
}
