import Captioning
import Files
import SystemPackage

/// Weights of other networks, as `--against` names them: files, folders of captioners, and folders of weights that
/// `gaze train --keep-every` left, which stand for all their files.
struct OtherWeights {
  let path: FilePath
  /// What the network is called: `mine`, or `step 200` of a training's frame.
  let name: String

  private init(_ path: FilePath) {
    self.path = path
    let stem = FileName.stem(path)
    name = Self.step(path).map { "step \($0)" } ?? stem
  }

  /// - Throws: which of them is not there, or has no weights.
  static func named(_ paths: [FilePath]) throws -> [OtherWeights] {
    try paths.flatMap { path in
      guard path.exists else { throw CommandFailure("\(path): no such weights file (from --against)") }
      guard path.isFolder, !path.appending("config.json").exists else { return [OtherWeights(path)] }
      let frames = (path.names ?? []).filter { $0.extension == "safetensors" }.map { path.appending($0) }
        .sorted { (step($0) ?? 0, FileName.text($0)) < (step($1) ?? 0, FileName.text($1)) }
      guard !frames.isEmpty else {
        throw CommandFailure(
          "\(path): expected a weights file, a captioner's folder or a folder of gaze train --keep-every")
      }
      return frames.map { OtherWeights($0) }
    }
  }

  /// Which step of its training a frame is of; nil where it is no frame.
  private static func step(_ path: FilePath) -> Int? {
    let stem = FileName.stem(path)
    return stem.hasPrefix("step-") ? Int(stem.dropFirst(5)) : nil
  }

  /// Looks at those that were named themselves, before much is begun; frames are judged when they are asked.
  static func check(_ paths: [FilePath]) throws {
    for path in paths where !path.isFolder || path.appending("config.json").exists {
      let description = try WeightsContents(path: path).description
      if description.decoder == nil, description.transformer == nil { throw CaptioningError.encoderAlone(path: path) }
    }
  }
}
