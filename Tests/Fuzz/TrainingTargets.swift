import Foundation
import Reports
import TestSupport
import Training

/// What training reads and leaves: checkpoints of both kinds, a teacher's file, the log; and what people said of photos.
enum TrainingTargets {
  static func all() -> [NamedTarget] {
    [
      ("checkpoint", checkpoint), ("distillation", distillation), ("teacher", teacher), ("log", log),
      ("annotations", annotations), ("results", results), ("sentences", sentences),
    ]
  }

  /// A run is taken up again and goes a step.
  private static func checkpoint() throws -> FuzzTarget {
    let folder = try TinyRun.Folder()
    try folder.write(Array(TinyRun.captions.utf8), as: "captions.json")
    let output = folder.path("w.safetensors")
    try TinyRun.train(in: folder, output: output, resumes: false)
    return try resumption("checkpoint", in: folder) { try TinyRun.train(in: folder, output: output, resumes: true) }
  }

  private static func distillation() throws -> FuzzTarget {
    let folder = try TinyRun.Folder()
    let (output, teacher) = (folder.path("w.safetensors"), folder.path("t.safetensors"))
    try TinyRun.writeTeacher(to: teacher)
    try TinyRun.distil(in: folder, teacher: teacher, output: output, resumes: false)
    return try resumption("distillation", in: folder) {
      try TinyRun.distil(in: folder, teacher: teacher, output: output, resumes: true)
    }
  }

  private static func resumption(
    _ name: String, in folder: TinyRun.Folder, _ resume: @escaping () throws -> Void
  ) throws -> FuzzTarget {
    let file = "w.safetensors.checkpoint"
    return FuzzTarget(name: name, files: [("tiny.checkpoint", try folder.bytes(file))]) { bytes in
      do {
        try folder.write(bytes, as: file)
        try resume()
        return .read
      } catch {
        // What is wrong with a number of the run is told by the number's name.
        return FuzzTarget.refusal(error)
      }
    }
  }

  private static func teacher() throws -> FuzzTarget {
    let (folder, scratch) = (try TinyRun.Folder(), ScratchFile("teacher"))
    try TinyRun.writeTeacher(to: folder.path("t.safetensors"))
    let whole = try folder.bytes("t.safetensors")
    return FuzzTarget(name: "teacher", files: [("teacher.safetensors", whole)]) { bytes in
      do { try scratch.write(bytes) } catch { return .wrong("\(error)") }
      do {
        try TinyRun.distil(in: folder, teacher: scratch.path, output: folder.path("w.safetensors"), resumes: false)
        return .read
      } catch {
        return FuzzTarget.refusal(error)
      }
    }
  }

  private static func log() -> FuzzTarget {
    let lines = """
      {"step":1,"cross_entropy":9.5,"learning_rate":0.001}
      {"step":2,"cross_entropy":8.25e0,"kl":0.5}
      {"epoch":1,"validation_loss":7.125,"cider":0.25}
      {"step":3,"kl":8.0}
      """
    return FuzzTarget(name: "log", files: [("run.log", Array(lines.utf8))]) { bytes in
      let history = LossHistory(log: String(decoding: bytes, as: UTF8.self))
      _ = LossPlot(history: history).image()
      return history == LossHistory() ? .refused : .read
    }
  }

  private static func annotations() -> FuzzTarget {
    let text = """
      {"info":{"year":2014},"images":[{"id":1,"file_name":"a.jpg"},{"id":"22","file_name":"\\u00e9\\ud83d\\ude00.jpg"}],
      "annotations":[{"id":7,"image_id":1,"caption":"A dog."},{"id":8,"image_id":"22","caption":"two \\"cats\\""}]}
      """
    let scratch = ScratchFile("annotations.json")
    return FuzzTarget(name: "annotations", files: [("annotations.json", Array(text.utf8))]) { bytes in
      scratch.outcome(bytes) { _ = try CocoAnnotations(path: $0) }
    }
  }

  /// Results are scored against themselves, whatever their captions hold.
  private static func results() -> FuzzTarget {
    let text = #"[{"image_id":1,"caption":"a dog, isn't it?"},{"image_id":"22","caption":"two cats \u00e9 &amp; 5 %"}]"#
    let scratch = ScratchFile("results.json")
    return FuzzTarget(name: "results", files: [("results.json", Array(text.utf8))]) { bytes in
      scratch.outcome(bytes) { path in
        let captions = try CocoResults(path: path).captions.values.map { $0 }
        if !captions.isEmpty { _ = CaptionMetrics.score(candidates: captions, references: captions.map { [$0] }) }
      }
    }
  }

  /// As they are, and compressed.
  private static func sentences() -> FuzzTarget {
    let text = Array("a dog runs\n\ntwo cats sleep on the sofa in the sun\na dog runs\n".utf8)
    let zipped = "H4sIAAAAAAACA0tUSMlPVygqzSvm4iopz1dITiwpVijOSU0tUMjPUyjJSFUozk9LVMiEskvzuBIROgBZQjy2PQAAAA=="
    let files = [(name: "sentences.txt", bytes: text), ("sentences.gz", [UInt8](Data(base64Encoded: zipped)!))]
    let scratch = ScratchFile("sentences")
    return FuzzTarget(name: "sentences", files: files) { bytes in
      scratch.outcome(bytes) { _ = try SentenceFile(path: $0) }
    }
  }
}
