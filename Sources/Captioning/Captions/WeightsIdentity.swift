import Synchronization

/// Which weights made a caption.
public struct WeightsIdentity: Sendable {
  /// The weights file's name without its extension.
  public let name: String
  private let digest: LazyDigest

  public init(name: String, sha256: String) { self.init(name: name, digest: LazyDigest(sha256)) }

  init(name: String, digest: LazyDigest) { (self.name, self.digest) = (name, digest) }

  /// Lower-case hexadecimal SHA-256 of the weights file, see `LazyDigest`.
  public var sha256: String { digest.value }
}

extension WeightsIdentity: Equatable {
  public static func == (one: Self, other: Self) -> Bool {
    one.name == other.name && (one.digest === other.digest || one.sha256 == other.sha256)
  }
}

/// A SHA-256 that is computed when somebody first asks for it: all of a large network would be read for it at the start.
final class LazyDigest: Sendable {
  private let known: Mutex<String?>
  private let compute: @Sendable () -> String

  convenience init(_ value: String) { self.init { value } }

  /// - Parameter compute: called once at most.
  init(compute: @escaping @Sendable () -> String) {
    known = Mutex(nil)
    self.compute = compute
  }

  var value: String {
    known.withLock { known in
      if let known { return known }
      let value = compute()
      known = value
      return value
    }
  }
}
