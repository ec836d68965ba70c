import Captioning

/// Learning from a teacher beside captions: in every step a larger network looks at the same views as the encoder.
public struct FunctionMatchingOptions: StoredOptions {
  /// Views of any photos in a step, most of them two photos mixed, beside those of the captioned ones.
  @Stored public var views = 32
  /// Weight of the teacher's losses beside that of the captions.
  @Stored public var weight: Float = 1
  /// Weight of KL(teacher ‖ student) among them.
  @Stored public var divergenceWeight: Float = DistillationOptions.liveTeacher.divergenceWeight

  public init() {}

  /// Views for captioned photos of a number: two for three.
  public static func usualViews(batch: Int) -> Int { max(2, batch / 3 * 2) }

  /// - Throws: naming the option whose value cannot be.
  func validate() throws(CaptioningError) {
    func check(_ good: Bool, _ what: String) throws(CaptioningError) {
      if !good { throw CaptioningError.badOption(what) }
    }
    // One is mixed with another.
    try check((2...65_536).contains(views), "teacher's views: \(views), expected 2…65536")
    try check(weight >= 0 && weight.isFinite, "distillation weight: \(weight), expected at least 0")
    try check(divergenceWeight >= 0 && divergenceWeight.isFinite, "KL weight: \(divergenceWeight), expected at least 0")
  }
}

extension TrainingOptions {
  /// How the views are made that a teacher is shown beside the captioned photos; nil where there is no teacher.
  var viewMaking: DistillationOptions? {
    functionMatching.map { own in
      var options = DistillationOptions.liveTeacher
      (options.shape, options.inputSize) = (shape, inputSize)
      (options.seed, options.colorJitter) = (seed, colorJitter)
      (options.batch, options.heldOut, options.divergenceWeight) = (own.views, 0, own.divergenceWeight)
      return options
    }
  }
}
