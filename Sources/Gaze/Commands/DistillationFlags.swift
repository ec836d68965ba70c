import ArgumentParser
import Captioning
import SystemPackage
import Training

/// Learning to see what a larger network saw, or sees: alone, or beside captions.
struct DistillationFlags: ParsableArguments {
  @Option(
    help:
      "A safetensors file with views of photos and the teacher's features and logits for each; see Weights/README.md.")
  var teacher: FilePath?
  @Option(
    help:
      "The weights of the larger network itself, as gaze import makes them of EfficientNet-Lite: it looks at new views of the photos in every step, half of them two photos mixed. With --annotations, the encoder learns from it beside the captions. The run begins with the mean of the teacher's features over up to 1,024 photos."
  )
  var teacherWeights: FilePath?
  @Option(
    help:
      "With --annotations: views of any photos in --images in each step beside the captioned ones, two in three of them mixed with another (default: two for every three photos of --batch)."
  ) var teacherViews: Int?
  @Option(
    help:
      "With --annotations: weight of the teacher's losses, added to the captions' loss (default: \(FunctionMatchingOptions().weight))."
  ) var distillationWeight: Float?
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

  /// Of learning from a teacher alone, all but the planned end.
  var settings: [OptionSetting<DistillationOptions>] {
    [klSetting(\.divergenceWeight), heldOutSetting]
  }

  /// Of learning from a teacher beside captions.
  var besideCaptions: [OptionSetting<FunctionMatchingOptions>] { ofCaptions + [klSetting(\.divergenceWeight)] }

  private var ofCaptions: [OptionSetting<FunctionMatchingOptions>] {
    [
      OptionSetting("--teacher-views", teacherViews, \.views),
      OptionSetting("--distillation-weight", distillationWeight, \.weight),
    ]
  }

  private func klSetting<Options>(_ path: WritableKeyPath<Options, Float>) -> OptionSetting<Options> {
    OptionSetting("--kl-weight", klWeight, path)
  }

  /// The flag that names a teacher; nil where there is none.
  var teacherFlag: String? {
    teacher != nil ? "--teacher" : teacherWeights != nil ? "--teacher-weights" : nil
  }

  private var heldOutSetting: OptionSetting<DistillationOptions> { OptionSetting("--held-out", heldOut, \.heldOut) }

  /// Flags that only learning from a teacher heeds.
  var given: [String] { givenAlone + besideCaptions.filter(\.isGiven).map(\.flag) }

  /// Those that it heeds only without captions, and only with them.
  var givenAlone: [String] { (visits == nil ? [] : ["--visits"]) + (heldOutSetting.isGiven ? ["--held-out"] : []) }
  var givenBesideCaptions: [String] { ofCaptions.filter(\.isGiven).map(\.flag) }

  /// - Parameter batch: captioned photos a step.
  /// - Returns: nil without a teacher.
  func besideCaptions(batch: Int) -> FunctionMatchingOptions? {
    guard teacherWeights != nil else { return nil }
    var options = FunctionMatchingOptions()
    options.views = FunctionMatchingOptions.usualViews(batch: batch)
    for setting in besideCaptions { setting.apply(to: &options) }
    return options
  }

  func options(_ course: TrainingCourseFlags) -> DistillationOptions {
    var options = teacherWeights == nil ? DistillationOptions() : .liveTeacher
    if let visits { options.visits = visits }
    for setting in course.settings(of: DistillationOptions.self) + settings { setting.apply(to: &options) }
    return options
  }
}
