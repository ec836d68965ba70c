import ArgumentParser
import Captioning
import SystemPackage
import Training

/// Learning to see what a larger network saw.
struct DistillationFlags: ParsableArguments {
  @Option(help: "Views of photos and what the teacher saw in them, as safetensors; see Weights/README.md.") var teacher:
    FilePath?
  @Option(
    help:
      "Views looked at in the whole run (default: \(DistillationOptions().visits)); with --resume, a new planned end.")
  var visits: Int?
  @Option(
    help:
      "Weight of KL(teacher || student) beside the error of the grid (default: \(DistillationOptions().divergenceWeight))."
  )
  var klWeight: Float?
  @Option(
    help:
      "Photos at the end of the teacher's list kept for validation, at most a quarter (default: \(DistillationOptions().heldOut))."
  )
  var heldOut: Int?

  /// All but the planned end.
  var settings: [OptionSetting<DistillationOptions>] {
    [OptionSetting("--kl-weight", klWeight, \.divergenceWeight), OptionSetting("--held-out", heldOut, \.heldOut)]
  }

  /// Flags that only learning from a teacher heeds.
  var given: [String] { (visits == nil ? [] : ["--visits"]) + settings.filter(\.isGiven).map(\.flag) }

  func options(_ course: TrainingCourseFlags) -> DistillationOptions {
    var options = DistillationOptions()
    if let visits { options.visits = visits }
    for setting in course.settings(of: DistillationOptions.self) + settings { setting.apply(to: &options) }
    return options
  }
}
