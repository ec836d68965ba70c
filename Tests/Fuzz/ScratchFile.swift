import Foundation

/// A file that is written anew for every case, for what is read by its path.
final class ScratchFile {
  let path: String

  init(_ extension: String) {
    path = NSTemporaryDirectory() + "gaze-fuzz-\(getpid()).\(`extension`)"
  }

  deinit { unlink(path) }

  func write(_ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }

  /// Reads `bytes` as a file of its own.
  func outcome(_ bytes: [UInt8], _ read: (String) throws -> Void) -> FuzzTarget.Outcome {
    do { try write(bytes) } catch { return .wrong("\(error)") }
    do {
      try read(path)
      return .read
    } catch {
      return FuzzTarget.refusal(error, naming: path)
    }
  }
}
