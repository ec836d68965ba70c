import ArgumentParser
import Files
import SystemPackage
import Training

/// Taking up a run, which goes by what its checkpoint says.
extension TrainCommand {
  private static let suffix = Trainer.checkpointSuffix

  /// Checks what can be told without the checkpoint.
  func checkResuming() throws {
    if overwriting.overwrite {
      throw ValidationError("--overwrite: begins anew, --resume goes on; leave out one of the two")
    }
    if let keepEvery = captioning.keepEvery {
      try FlagCheck.check("--keep-every", keepEvery, keepEvery >= 1, "at least 1")
    }
    guard let named = checkpoint.map(Self.output) ?? output else {
      throw ValidationError("--resume: name the checkpoint, such as gaze train --resume mine.safetensors\(Self.suffix)")
    }
    if let output, output != named {
      throw ValidationError("--output: \(output), but the run of \(named)\(Self.suffix) writes \(named)")
    }
  }

  /// The weights file that a checkpoint lies beside; either may be named.
  private static func output(_ named: FilePath) -> FilePath {
    let text = FileName.text(named)
    return text.hasSuffix(suffix) ? FileName.path(String(text.dropLast(suffix.count))) : named
  }

  /// What the run that is taken up writes.
  var resumedOutput: FilePath { checkpoint.map(Self.output) ?? output! }

  /// - Throws: naming the flag that says something else than the run goes by.
  func check(against record: RunRecord) throws {
    func refuse(_ what: String) -> ValidationError {
      ValidationError("\(what) (\(record.path)); leave it out, or begin anew without --resume")
    }
    switch record.options {
    case .captions(let options):
      let unused = distillation.teacher == nil ? distillation.givenAlone : ["--teacher"]
      if let flag = unused.first { throw refuse("\(flag): the run learns captions") }
      if let what = contradiction(of: options.functionMatching) { throw refuse(what) }
      let settings = course.settings(of: TrainingOptions.self) + captioning.settings
      if let what = settings.lazy.compactMap({ $0.contradiction(of: options) }).first { throw refuse(what) }
      if let what = contradiction(of: options.selfCritical) { throw refuse(what) }
      if captioning.freezeEncoder && options.frozenEncoder == nil {
        throw refuse("--freeze-encoder: the run was begun without it")
      }
      let begun = options.encoderDescription.height
      if let inputSize = captioning.inputSize, inputSize != begun {
        throw refuse("--input-size: \(inputSize), but the run was begun with \(begun)")
      }
    case .teacher(let options):
      let others =
        distillation.givenBesideCaptions + captioning.given + (reward.objective == nil ? [] : ["--objective"])
      if let flag = others.first ?? reward.settings.first(where: \.isGiven)?.flag {
        throw refuse("\(flag): the run learns from a teacher")
      }
      let flag = options.hasLiveTeacher ? "--teacher-weights" : "--teacher"
      if let given = distillation.teacherFlag, given != flag {
        throw refuse("\(given): the run was begun with \(flag)")
      }
      let settings = course.settings(of: DistillationOptions.self) + distillation.settings
      if let what = settings.lazy.compactMap({ $0.contradiction(of: options) }).first { throw refuse(what) }
    }
    if let start = captioning.start, try !record.began(from: StartingWeights(path: start)) {
      throw refuse("--start: \(start) is not what the run began from")
    }
    if let encoder = captioning.encoder,
      try !record.began(from: captioning.encoderFile.map { try StartingWeights(path: $0) })
        || captioning.freshShape.map({ !$0.hasLayers(of: record.options.shape) }) == true
    {
      throw refuse("--encoder: \(encoder) is not what the run began from")
    }
    if let plot = course.plot, record.files.map({ $0.plot != RunFiles.absolute(plot) }) == true {
      try overwriting.check("--plot", plot)
    }
  }

  private func contradiction(of before: FunctionMatchingOptions?) -> String? {
    if let before { return distillation.besideCaptions.lazy.compactMap { $0.contradiction(of: before) }.first }
    let given = (distillation.teacherWeights == nil ? [] : ["--teacher-weights"]) + distillation.given
    return given.first.map { "\($0): the run learns captions without a teacher" }
  }

  private func contradiction(of before: SelfCriticalOptions?) -> String? {
    let begun: RewardFlags.Objective = before == nil ? .crossEntropy : .selfCritical
    if let objective = reward.objective, objective != begun {
      return "--objective: \(objective.rawValue), but the run was begun with \(begun.rawValue)"
    }
    guard let before else {
      return reward.settings.first(where: \.isGiven).map { "\($0.flag): the run was begun without a reward" }
    }
    return reward.settings.lazy.compactMap { $0.contradiction(of: before) }.first
  }

  /// - Throws: where nobody says where a file is; earlier versions did not keep that.
  func checkKnown(_ files: RunFiles, _ record: RunRecord) throws {
    var unknown = files.images.isEmpty ? ["--images"] : []
    switch record.options {
    case .captions(let options):
      if files.annotations.isEmpty { unknown.append("--annotations") }
      if options.functionMatching != nil && files.teacherWeights == nil { unknown.append("--teacher-weights") }
    case .teacher(let options):
      if options.hasLiveTeacher && files.teacherWeights == nil { unknown.append("--teacher-weights") }
      if !options.hasLiveTeacher && files.teacher == nil { unknown.append("--teacher") }
    }
    if let flag = unknown.first {
      throw ValidationError("\(flag): expected, as \(record.path) does not say it")
    }
  }
}
