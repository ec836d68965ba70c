import Captioning
import Files
import PhotoLibrary
import SystemPackage
import Training

/// Learning from a teacher.
extension TrainCommand {
  /// A network as teacher of all photos there are, and what the weights say of it.
  /// - Parameter validation: its photos are not shown to the encoder.
  func openTeacher(
    _ weights: FilePath, _ files: RunFiles, besides validation: [CocoAnnotations] = []
  ) throws -> (data: DistillationData, facts: [String: String]) {
    let teacher = try ImageClassifier(path: weights)
    let photos = ImageList(files.images)
    photos.problems.forEach { Diagnostics.say($0) }
    let kept = Set(validation.flatMap(\.photos).flatMap { $0.paths(in: files.images) }.map(\.standardized))
    let data = DistillationData(
      teacher: teacher, files: photos.images.filter { !kept.contains($0.standardized) })
    return (
      data,
      [
        "teacher": teacher.description.provenance["network"] ?? FileName.name(weights),
        "teacher_file": "\(FileName.name(weights)) \(teacher.sha256.prefix(12))",
      ]
    )
  }

  func makeDistiller(_ output: FilePath, _ files: RunFiles) throws -> Distiller {
    var facts = provenance(files)
    let data: DistillationData
    if let weights = files.teacherWeights {
      let (found, ofTeacher) = try openTeacher(weights, files)
      facts.merge(ofTeacher) { own, _ in own }
      data = found
    } else {
      let teacher = files.teacher!
      facts["teacher"] = FileName.name(teacher)
      data = DistillationData(views: try TeacherFile(path: teacher), folders: files.images)
    }
    let interval = Duration.seconds(files.checkpointSeconds)
    if resume {
      return try Distiller(
        resuming: output, visits: distillation.visits, data: data, provenance: facts, files: files,
        checkpointInterval: interval)
    }
    let start = try captioning.startingPoint().encoder
    var options = distillation.options(course)
    if let shape = captioning.freshShape { options.shape = shape }
    if let start { try options.adopt(start) }
    return try Distiller(
      options: options, start: start, data: data, output: output, provenance: facts, files: files,
      checkpointInterval: interval)
  }
}
