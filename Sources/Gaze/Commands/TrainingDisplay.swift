import Captioning
import Files
import Foundation
import Raster
import Reports
import SystemPackage
import Tensors
import Training

/// Shows a training run on stderr and keeps its log. Used from one thread.
final class TrainingDisplay {
  private var log: AppendedFile?
  private let live = isatty(STDERR_FILENO) == 1
  /// Of the cross-entropy, or of the reward where there is one.
  private var average: Double?
  private var photosPerSecond: Double?
  private var wordsPerSecond = 0.0

  private let plot: FilePath?
  private var history = LossHistory()

  /// - Parameters:
  ///   - log: JSON Lines are appended to this file.
  ///   - plot: a PNG of the losses, drawn anew after each epoch; of those in the log too.
  /// - Throws: when the log cannot be written.
  init(log path: FilePath?, plot: FilePath?) throws {
    self.plot = plot
    if plot != nil, let path, let lines = try? MappedFile(path: path) {
      history = LossHistory(log: lines.withBytes { String(decoding: $0, as: UTF8.self) })
    }
    log = try path.map { try AppendedFile(path: $0) }
  }

  func opening(_ run: any TrainingRun) {
    switch run {
    case let trainer as Trainer: opening(trainer)
    case let distiller as Distiller: opening(distiller)
    default: break
    }
  }

  private func opening(_ trainer: Trainer) {
    let (training, validation) = (trainer.training, trainer.validation)
    write(
      "training on \(training.photos.count) photos with \(training.captionCount) captions, "
        + "validating on \(validation.photos.count) with \(validation.captionCount); \(trainer.vocabulary.count) words")
    writeLeftOut(training.missing + validation.missing)
    if let teacher = trainer.teacher, let own = trainer.options.functionMatching {
      write("a teacher looks at every step's photos and at \(own.views) views of \(teacher.photos.count) photos")
      writeLeftOut(teacher.missing)
    }
    if trainer.stepsTaken > 0 { write("going on after step \(trainer.stepsTaken) of \(trainer.totalSteps)") }
  }

  private func opening(_ distiller: Distiller) {
    write(
      "learning from \(distiller.data.viewsOfAPhoto.map { "\($0)" } ?? "ever new") views of "
        + "\(distiller.trainingPhotos) photos, "
        + "validating on \(distiller.validationPhotos); \(distiller.totalSteps) steps")
    writeLeftOut(distiller.missing)
    if distiller.stepsTaken > 0 { write("going on after step \(distiller.stepsTaken) of \(distiller.totalSteps)") }
  }

  private func writeLeftOut(_ missing: [String]) {
    if missing.isEmpty { return }
    let names = missing.prefix(3).map(PrintableText.line).joined(separator: ", ")
    write("left out \(missing.count) photos that cannot be found or read: \(names)\(missing.count > 3 ? "…" : "")")
  }

  func show(_ event: TrainingEvent) {
    switch event {
    case .encoded(let views, let total):
      if live || views == total || views % 400 == 0 {
        showProgress(views, of: total, "encoded \(views) of \(total) views", always: true)
      }
    case .teacherMean(let photos, let total):
      if live || photos == total || photos % 200 == 0 {
        showProgress(photos, of: total, "mean of the teacher's features: \(photos) of \(total) photos", always: true)
      }
    case .step(let step): showStep(step)
    case .validated(let validation): showValidation(validation)
    case .distilled(let step): showDistillation(step)
    case .distillationValidated(let epoch, let losses, let isBest):
      write("epoch \(epoch): validation " + Self.text(losses) + (isBest ? " (best so far)" : ""))
      record(Self.entry(losses, prefix: "validation_").merging(["epoch": epoch, "best": isBest]) { $1 })
    case .saved: break
    case .unreadable(let what): write("left out a photo: \(what)")
    }
  }

  /// Says which weights are kept, and what else is on disk.
  func closing(_ run: any TrainingRun, finished: Bool) {
    drawPlot()
    let (output, left) = (PrintableText.line(FileName.text(run.output)), run.filesLeft)
    let kept = run.kept.map { "\(output) holds epoch \($0.epoch) of \($0.of), \($0.why)" }
    write((finished ? "done: " : "stopped: ") + (kept ?? "no weights are written yet"))
    if !finished { write("gaze train --resume \(PrintableText.line(FileName.text(left.first ?? run.output))) goes on") }
    guard !left.isEmpty else { return }
    let sizes = left.map { "\(PrintableText.line(FileName.text($0))) (\(Figures.bytes(Self.size($0))))" }
    write("left on disk: \(sizes.joined(separator: ", "))" + (finished ? "; --resume would go further from there" : ""))
  }

  private static func size(_ path: FilePath) -> Int {
    path.status.map { Int($0.st_size) } ?? 0
  }

  private func showValidation(_ validation: TrainingEvent.Validation) {
    var line = "epoch \(validation.epoch): validation loss \(Figures.score(validation.loss))"
    var entry: [String: Any] = [
      "epoch": validation.epoch, "validation_loss": validation.loss, "best": validation.isBest,
      "captions": validation.samples.map { ["image": FileName.text($0.path), "caption": $0.caption] },
    ]
    for scores in validation.scores {
      line +=
        ", BLEU-4 \(Figures.score(scores.bleu[3])), CIDEr \(Figures.score(scores.cider)) on \(scores.count) photos"
    }
    if let cider = validation.cider, let bleu4 = validation.bleu4 {
      entry["bleu_4"] = bleu4
      entry["cider"] = cider
      entry["scored_photos"] = validation.scores.reduce(0) { $0 + $1.count }
    }
    if validation.scores.count > 1 {
      entry["files"] = validation.scores.map {
        ["bleu_4": $0.bleu[3], "cider": $0.cider, "scored_photos": $0.count] as [String: Any]
      }
    }
    write(line + (validation.isBest ? " (best so far)" : ""))
    for sample in validation.samples {
      write("  \(PrintableText.line(FileName.name(sample.path))): \(sample.caption)")
    }
    record(entry)
  }

  private func showStep(_ step: TrainingEvent.Step) {
    let shown = step.reward ?? step.crossEntropy
    average = average.map { $0 * 0.98 + shown * 0.02 } ?? shown
    let rate = Double(step.photos) / step.seconds
    photosPerSecond = photosPerSecond.map { $0 * 0.95 + rate * 0.05 } ?? rate
    wordsPerSecond = Double(step.words) / step.seconds
    var entry: [String: Any] = [
      "step": step.step, "loss": step.loss, "cross_entropy": step.crossEntropy,
      "learning_rate": Double(step.learningRate), "gradient_norm": Double(step.gradientNorm), "seconds": step.seconds,
    ]
    if let reward = step.reward { entry["reward"] = reward }
    if let losses = step.distillation { entry.merge(Self.entry(losses)) { $1 } }
    record(entry)
    let left = Double(step.total - step.step) * Double(step.photos) / photosPerSecond!
    let line =
      "epoch \(step.epoch)  step \(step.step)/\(step.total)  \(step.reward == nil ? "loss" : "reward") "
      + "\(Figures.fixed(shown, 3)) (mean \(Figures.fixed(average!, 3)))  "
      + (step.distillation.map { "\(Self.text($0))  " } ?? "") + "\(Figures.fixed(photosPerSecond!, 0)) photos/s  "
      + "\(Figures.fixed(wordsPerSecond, 0)) words/s  \(Figures.duration(left)) left"
    showProgress(step.step, of: step.total, line)
  }

  private func showDistillation(_ step: TrainingEvent.DistillationStep) {
    let rate = Double(step.views) / step.seconds
    photosPerSecond = photosPerSecond.map { $0 * 0.95 + rate * 0.05 } ?? rate
    let entry: [String: Any] = [
      "step": step.step, "learning_rate": Double(step.learningRate), "gradient_norm": Double(step.gradientNorm),
      "seconds": step.seconds,
    ]
    record(entry.merging(Self.entry(step.losses)) { $1 })
    let left = Double(step.total - step.step) * Double(step.views) / photosPerSecond!
    let line = "epoch \(step.epoch)  step \(step.step)/\(step.total)  \(Self.text(step.losses))  "
    showProgress(
      step.step, of: step.total, line + "\(Figures.fixed(photosPerSecond!, 0)) views/s  \(Figures.duration(left)) left")
  }

  private static func text(_ losses: DistillationLosses) -> String {
    "KL \(Figures.fixed(losses.divergence, 3))  grid \(Figures.fixed(losses.grid, 3))  "
      + "pooled \(Figures.fixed(losses.pooled, 3))"
  }

  private static func entry(_ losses: DistillationLosses, prefix: String = "") -> [String: Any] {
    [prefix + "kl": losses.divergence, prefix + "grid_loss": losses.grid, prefix + "pooled_loss": losses.pooled]
  }

  /// A line that replaces itself on a terminal, and is written now and then elsewhere.
  private func showProgress(_ step: Int, of total: Int, _ line: String, always: Bool = false) {
    if live {
      ProgressLine.replace("\(ProgressLine.bar(done: step, of: total)) \(line)")
    } else if always || step % 25 == 0 {
      write(line)
    }
  }

  private func write(_ line: String) {
    if live { ProgressLine.replace("") }
    var standardError = StandardError()
    standardError.write(line + "\n")
  }

  private func record(_ object: [String: Any]) {
    if plot != nil { history.add(object) }
    if object["epoch"] != nil { drawPlot() }
    guard let log, let data = try? JSONSerialization.data(withJSONObject: object, options: [.sortedKeys]) else {
      return
    }
    do { try log.append(line: String(decoding: data, as: UTF8.self)) } catch {
      // Hours of training are worth more than their log.
      self.log = nil
      write("the log ends here: \(error)")
    }
  }

  /// A picture that cannot be written is told of and does not end the run.
  private func drawPlot() {
    guard let plot else { return }
    do { try OutputFile.write(PNGEncoder.encode(LossPlot(history: history).image()), to: plot) } catch {
      write("cannot draw the losses: \(error)")
    }
  }
}
