import Foundation
import Testing

/// Two runs left the same bytes: weights, and the checkpoint beside them.
func expectSameRun(_ whole: String, _ parts: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
  for suffix in ["", ".checkpoint"] {
    let same =
      try Data(contentsOf: URL(fileURLWithPath: whole + suffix))
      == Data(contentsOf: URL(fileURLWithPath: parts + suffix))
    #expect(same, "the files\(suffix) differ", sourceLocation: sourceLocation)
  }
}
