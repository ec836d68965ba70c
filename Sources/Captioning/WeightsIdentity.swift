/// Which weights made a caption.
public struct WeightsIdentity: Sendable, Equatable {
  /// The weights file's name without its extension.
  public let name: String
  /// Lower-case hexadecimal SHA-256 of the weights file.
  public let sha256: String

  public init(name: String, sha256: String) {
    self.name = name
    self.sha256 = sha256
  }
}
