import ArgumentParser
import Captioning
import SystemPackage

/// The flags that compare a caption's maps with something else than each other.
struct ComparisonFlags: ParsableArguments {
  @Flag(help: "Hide each cell in turn and tell how much every word's log-probability falls, beside its map.")
  var occlusion = false

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Have other networks recite the caption; a folder of gaze train --keep-every stands for all weights in it.",
      valueName: "weights"))
  var against: [FilePath] = []

  func validate() throws {
    if occlusion && !against.isEmpty {
      throw ValidationError("--occlusion and --against: only one of them can be given")
    }
  }

  /// The flag that was given.
  var given: String? { occlusion ? "--occlusion" : against.isEmpty ? nil : "--against" }
}
