import Files
import SystemPackage

/// Weights kept on the way, as frames of a film of the training.
extension Trainer {
  /// The folder beside a run's output.
  public static func frames(_ output: FilePath) -> FilePath { output.addingToName(".frames") }

  /// A frame's file, in the order of steps by name.
  static func frame(_ step: Int, in folder: FilePath) -> FilePath {
    let digits = "\(step)"
    let zeros = String(repeating: "0", count: max(0, 6 - digits.count))
    return folder.appending("step-\(zeros)\(digits).safetensors")
  }

  /// Removes the weights that an earlier run kept on the way to an output, and nothing else.
  /// - Throws: `FileError` where one cannot be removed.
  public static func removeFrames(_ output: FilePath) throws(FileError) {
    let folder = frames(output)
    for name in folder.names ?? [] where name.string.hasPrefix("step-") && name.extension == "safetensors" {
      try folder.appending(name).remove()
    }
  }

  /// Writes the network as it would be exported now, where one is due.
  func keepFrame() throws {
    guard let interval = state.files?.keepEvery, state.step % interval == 0, ranks.rank == 0 else { return }
    let folder = Self.frames(output)
    try folder.makeFolder()
    let facts = provenance.merging(state.lineage ?? [:]) { own, _ in own }
      .merging(["step": "\(state.step) of \(totalSteps)"]) { own, _ in own }
    try averaged { try network.export(options: options, provenance: facts, to: Self.frame(state.step, in: folder)) }
  }
}
