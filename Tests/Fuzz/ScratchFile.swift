import Files
import Foundation
import SystemPackage

/// A file that is written anew for every case, for what is read by its path.
final class ScratchFile {
  let path: FilePath

  init(_ extension: String) {
    path = FilePath(NSTemporaryDirectory()).appending("gaze-fuzz-\(getpid()).\(`extension`)")
  }

  deinit { _ = path.withPlatformString(unlink) }

  func write(_ bytes: [UInt8]) throws { try OutputFile.write(bytes, toFile: path) }

  /// Reads `bytes` as a file of its own.
  func outcome(_ bytes: [UInt8], _ read: (FilePath) throws -> Void) -> FuzzTarget.Outcome {
    do { try write(bytes) } catch { return .wrong("\(error)") }
    do {
      try read(path)
      return .read
    } catch {
      return FuzzTarget.refusal(error, naming: path)
    }
  }
}
