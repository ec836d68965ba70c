import Files
import Foundation
import SystemPackage

/// A photo as it was when it was encoded.
struct PhotoState: Codable, Sendable {
  /// From the root, as text that leads to the file.
  private let path: String
  /// Of the file that links lead to.
  let bytes: Int
  /// Seconds since 1970.
  let changed: Double
  /// SHA-256 of what it held; nil where nobody looked, or an earlier version did not.
  private(set) var digest: String?

  var file: FilePath { FileName.path(path) }

  /// Nil when there is no such file.
  init?(path: FilePath) {
    guard let facts = path.status else { return nil }
    (self.path, bytes) = (FileName.text(path.standardized), Int(facts.st_size))
    // Counted from 2001 first, which rounds as in the caches that there are.
    let date =
      Double(facts.st_mtim.tv_sec) - Date.timeIntervalBetween1970AndReferenceDate
      + Double(facts.st_mtim.tv_nsec) / 1_000_000_000
    changed = Date(timeIntervalSinceReferenceDate: date).timeIntervalSince1970
  }

  /// The digest of the file; nil where it cannot be read, or is not as it was any more.
  func readDigest() -> String? {
    guard let digest = try? MappedFile(path: file).withBytes(Digest.sha256), PhotoState(path: file) == self else {
      return nil
    }
    return digest
  }

  func known(as digest: String?) -> PhotoState {
    var state = self
    state.digest = digest
    return state
  }
}

/// The digest follows from the rest.
extension PhotoState: Hashable {
  static func == (one: PhotoState, other: PhotoState) -> Bool {
    one.path == other.path && one.bytes == other.bytes && one.changed == other.changed
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(path)
    hasher.combine(bytes)
    hasher.combine(changed)
  }
}
