import ArgumentParser
import Captioning
import SystemPackage
import Training

/// Learning to see what a larger network saw, or sees.
struct DistillationFlags: ParsableArguments {
  @Option(help: "Views of photos and what the teacher saw in them, as safetensors; see Weights/README.md.") var teacher:
    FilePath?
  @Option(
    help:
      "The weights of the larger network itself, as gaze import makes of EfficientNet-Lite: it looks at new views of the photos in every step, half of them two photos mixed."
  )
  var teacherWeights: FilePath?
  @Option(
    help:
      "Views looked at in the whole run (default: \(DistillationOptions().visits)); with --resume, a new planned end.")
  var visits: Int?
  @Option(
    help:
      "Weight of KL(teacher || student) beside the error of the grid (default: \(DistillationOptions().divergenceWeight); with --teacher-weights \(DistillationOptions.liveTeacher.divergenceWeight))."
  )
  var klWeight: Float?
  @Option(
    help:
      "Photos kept for validation, at most a quarter: those at the end of the teacher's list, or by digests of their names (default: \(DistillationOptions().heldOut))."
  )
  var heldOut: Int?

  /// All but the planned end.
  var settings: [OptionSetting<DistillationOptions>] {
    [OptionSetting("--kl-weight", klWeight, \.divergenceWeight), OptionSetting("--held-out", heldOut, \.heldOut)]
  }

  /// The flag that names a teacher; nil where there is none.
  var teacherFlag: String? {
    teacher != nil ? "--teacher" : teacherWeights != nil ? "--teacher-weights" : nil
  }

  /// Flags that only learning from a teacher heeds.
  var given: [String] { (visits == nil ? [] : ["--visits"]) + settings.filter(\.isGiven).map(\.flag) }

  func options(_ course: TrainingCourseFlags) -> DistillationOptions {
    var options = teacherWeights == nil ? DistillationOptions() : .liveTeacher
    if let visits { options.visits = visits }
    for setting in course.settings(of: DistillationOptions.self) + settings { setting.apply(to: &options) }
    return options
  }
}
