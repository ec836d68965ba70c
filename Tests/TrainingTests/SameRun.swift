import Foundation
import SystemPackage
import Testing

@testable import Training

/// Two runs left the same bytes: weights, and the checkpoint beside them.
func expectSameRun(_ whole: FilePath, _ parts: FilePath, sourceLocation: SourceLocation = #_sourceLocation) throws {
  for suffix in ["", ".checkpoint"] {
    let same =
      try Data(contentsOf: URL(fileURLWithPath: whole.string + suffix))
      == Data(contentsOf: URL(fileURLWithPath: parts.string + suffix))
    #expect(same, "the files\(suffix) differ", sourceLocation: sourceLocation)
  }
}

/// A run that is stopped after four of its six steps and taken up again leaves bit for bit what one leaves that never stops.
/// - Parameters:
///   - begin: a new run that writes the weights of a name.
///   - resume: the run of that name taken up.
func expectResumingIsNeverStopping<Run: TrainingRun & TrainingLoop>(
  begin: (String) throws -> Run, resume: (String) throws -> Run, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let whole = try begin("whole.safetensors")
  #expect(try whole.run(shouldStop: { false }, report: { _ in }), sourceLocation: sourceLocation)
  let first = try begin("parts.safetensors")
  let finished = try first.run(shouldStop: { first.stepsTaken == 4 }, report: { _ in })
  #expect(!finished && first.stepsTaken == 4, sourceLocation: sourceLocation)
  let second = try resume("parts.safetensors")
  #expect(second.stepsTaken == 4 && second.totalSteps == 6, sourceLocation: sourceLocation)
  #expect(try second.run(shouldStop: { false }, report: { _ in }), sourceLocation: sourceLocation)
  try expectSameRun(whole.output, second.output, sourceLocation: sourceLocation)
}
