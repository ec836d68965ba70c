import Captioning
import Files
import Glibc
import Reports
import SystemPackage

/// A file of captions in JSON Lines that an interrupted run goes on with. Used by one thread.
final class CaptionFile {
  private let path: FilePath
  private let descriptor: Int32
  private let weights: WeightsIdentity
  private let settings: DecodingSettings
  /// Images whose captions the file has.
  let done: Set<PathHash>
  /// Lines of images, and those of them that tell of a failure.
  private(set) var images: Int
  private(set) var failed = 0

  /// Opens the file, or makes it where there is none. Lines of failed images, which are tried again, a line that breaks
  /// off and a shard's last line are taken away.
  /// - Parameter replaces: whether to begin anew where there is a file.
  /// - Throws: where it cannot be read or written, another run writes it, it holds something else, or its captions were
  ///   drawn with other weights or settings.
  init(_ path: FilePath, weights: WeightsIdentity, settings: DecodingSettings, replaces: Bool) throws {
    (self.path, self.weights, self.settings) = (path, weights, settings)
    var descriptor = try Self.open(path)
    if replaces { ftruncate(descriptor, 0) }
    let before = try CaptionFileContents(descriptor, of: path, expecting: (weights, Self.told(settings)))
    if before.failed > 0 {
      // Lines in the middle go by way of a new file.
      let file = try AtomicFile(path: path)
      try before.copyCaptions(from: descriptor, of: path, to: file)
      try file.commit()
      close(descriptor)
      descriptor = try Self.open(path)
    } else if ftruncate(descriptor, off_t(before.end)) != 0 {
      throw FileError.fromErrno(path, "write")
    }
    (self.descriptor, done, images) = (descriptor, before.done, before.done.count)
  }

  deinit { close(descriptor) }

  private static func told(_ settings: DecodingSettings) -> CaptionFileSettings {
    let members = CaptionLine.fields(settings).map { "\(JSONText.quoted($0.0)):\($0.1.text)" }
    return CaptionFileSettings(text: members.joined(separator: ","), samples: settings.samples)
  }

  private static func open(_ path: FilePath) throws(FileError) -> Int32 {
    let descriptor = path.withPlatformString {
      Glibc.open($0, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0o666)
    }
    guard descriptor >= 0 else { throw .fromErrno(path, "write") }
    var facts = stat()
    var reason: String?
    if fstat(descriptor, &facts) != 0 || facts.st_mode & S_IFMT != S_IFREG {
      reason = "not a regular file"
    } else if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
      reason = "another run is writing it"
    }
    guard let reason else { return descriptor }
    close(descriptor)
    throw FileError(path: path, action: "write", reason: reason)
  }

  /// Adds an image's line.
  func append(_ image: CaptionedImage) throws(FileError) {
    try write(CaptionLine.json(image, weights: weights))
    images += 1
    if image.error != nil { failed += 1 }
  }

  /// Says that the file is whole, in its last line.
  /// - Parameters:
  ///   - listed: images that were named, of all shards.
  ///   - sum: of their paths' hashes.
  func finish(_ shard: Shard, listed: Int, sum: UInt64) throws(FileError) {
    guard shard != .all else { return }
    fsync(descriptor)
    let summary = ShardSummary(
      shard: shard, images: images, failed: failed, listed: listed, sum: sum, weights: weights.sha256,
      settings: settings)
    try write(summary.line)
  }

  private func write(_ text: String) throws(FileError) {
    try AppendedFile.write(Array(text.utf8), to: descriptor, of: path)
  }
}
