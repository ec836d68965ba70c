import Foundation
import SystemPackage

/// Files the tests compare with, kept in `Tests/Fixtures`.
public enum Fixtures {
  public static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fixtures")

  public static func path(_ name: String) -> FilePath { FilePath(url(name).path) }

  public static func url(_ name: String) -> URL { folder.appendingPathComponent(name) }
}
