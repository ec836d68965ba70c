import Captioning
import Files
import PhotoLibrary
import SystemPackage
import Training

/// Learning from a teacher.
extension TrainCommand {
  func makeDistiller(_ output: FilePath, _ files: RunFiles) throws -> Distiller {
    var facts = provenance(files)
    let data: DistillationData
    if let weights = files.teacherWeights {
      let teacher = try ImageClassifier(path: weights)
      facts["teacher"] = teacher.description.provenance["network"] ?? FileName.name(weights)
      facts["teacher_file"] = "\(FileName.name(weights)) \(teacher.sha256.prefix(12))"
      let photos = ImageList(files.images)
      photos.problems.forEach { Diagnostics.say($0) }
      data = DistillationData(teacher: teacher, files: photos.images)
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
