import Foundation

/// Files the tests compare with, kept in `Tests/Fixtures`.
public enum Fixtures {
  public static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fixtures")

  public static func url(_ name: String) -> URL { folder.appendingPathComponent(name) }
}
