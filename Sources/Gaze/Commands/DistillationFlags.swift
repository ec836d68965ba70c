import ArgumentParser
import Captioning
import SystemPackage
import Training

/// Learning to see what a larger network saw.
struct DistillationFlags: ParsableArguments {
  @Option(help: "A safetensors file with views of photos and the teacher's features and logits for each; see Weights/README.md.") var teacher:
    FilePath?
  @Option(
    help:
      "Views to learn from in the whole run (default: \(DistillationOptions().visits)). With --resume: the new total.")
  var visits: Int?
  @Option(
    help:
      "Weight of KL(teacher || student), added to the error of the features (default: \(DistillationOptions().divergenceWeight))."
  )
  var klWeight: Float?
  @Option(
    help:
      "The last N photos of the teacher's list are kept for validation, at most a quarter of them (default: \(DistillationOptions().heldOut))."
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
