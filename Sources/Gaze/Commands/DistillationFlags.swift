import ArgumentParser
import Captioning
import SystemPackage
import Training

/// Learning to see what a larger network saw, or sees.
struct DistillationFlags: ParsableArguments {
  @Option(
    help:
      "A safetensors file with views of photos and the teacher's features and logits for each; see Weights/README.md.")
  var teacher: FilePath?
  @Option(
    help:
      "The weights of the larger network itself, as gaze import makes them of EfficientNet-Lite: it looks at new views of the photos in every step, half of them two photos mixed."
  )
  var teacherWeights: FilePath?
  @Option(
    help:
      "Views to learn from in the whole run (default: \(DistillationOptions().visits)). With --resume: the new total.")
  var visits: Int?
  @Option(
    help:
      "Weight of KL(teacher || student), added to the error of the features (default: \(DistillationOptions().divergenceWeight); with --teacher-weights \(DistillationOptions.liveTeacher.divergenceWeight))."
  )
  var klWeight: Float?
  @Option(
    help:
      "Photos kept for validation, at most a quarter of all: the last of the teacher's list or, with --teacher-weights, chosen by digests of their names (default: \(DistillationOptions().heldOut))."
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
