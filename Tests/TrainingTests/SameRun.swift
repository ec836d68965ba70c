import Foundation
import SystemPackage
import Testing

/// Two runs left the same bytes: weights, and the checkpoint beside them.
func expectSameRun(_ whole: FilePath, _ parts: FilePath, sourceLocation: SourceLocation = #_sourceLocation) throws {
  for suffix in ["", ".checkpoint"] {
    let same =
      try Data(contentsOf: URL(fileURLWithPath: whole.string + suffix))
      == Data(contentsOf: URL(fileURLWithPath: parts.string + suffix))
    #expect(same, "the files\(suffix) differ", sourceLocation: sourceLocation)
  }
}
