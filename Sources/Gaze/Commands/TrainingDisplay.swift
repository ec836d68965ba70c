import Captioning
import Files
import Foundation
import Raster
import Reports
import Tensors
import Training

/// Shows a training run on stderr and keeps its log. Used from one thread.
final class TrainingDisplay {
  private let log: FileHandle?
  private let live = isatty(STDERR_FILENO) == 1
  /// Of the cross-entropy, or of the reward where there is one.
  private var average: Double?
  private var photosPerSecond: Double?
  private var wordsPerSecond = 0.0

  private let plot: String?
  private var history = LossHistory()

  /// - Parameters:
  ///   - log: JSON Lines are appended to this file.
  ///   - plot: a PNG of the losses, drawn anew after each epoch; of those in the log too.
  init(log path: String?, plot: String?) {
    self.plot = plot
    if plot != nil, let path, let lines = try? String(contentsOfFile: path, encoding: .utf8) {
      history = LossHistory(log: lines)
    }
    if let path {
      if !FileManager.default.fileExists(atPath: path) {
        _ = FileManager.default.createFile(atPath: path, contents: nil)
      }
      log = FileHandle(forWritingAtPath: path)
      log?.seekToEndOfFile()
    } else {
      log = nil
    }
  }

  func opening(_ trainer: Trainer) {
    let (training, validation) = (trainer.training, trainer.validation)
    write(
      "training on \(training.photos.count) photos with \(training.captionCount) captions, "
        + "validating on \(validation.photos.count) with \(validation.captionCount); \(trainer.vocabulary.count) words")
    writeLeftOut(training.missing + validation.missing)
    if trainer.stepsTaken > 0 { write("going on after step \(trainer.stepsTaken) of \(trainer.totalSteps)") }
  }

  func opening(_ distiller: Distiller) {
    write(
      "learning from \(distiller.teacher.views) views of \(distiller.trainingPhotos) photos, "
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

  func closing(finished: Bool, output: String) {
    drawPlot()
    write(finished ? "done: \(output)" : "stopped; go on with --resume")
  }

  private func showValidation(_ validation: TrainingEvent.Validation) {
    var line = String(format: "epoch %d: validation loss %.4f", validation.epoch, validation.loss)
    var entry: [String: Any] = [
      "epoch": validation.epoch, "validation_loss": validation.loss, "best": validation.isBest,
      "captions": validation.samples.map { ["image": $0.path, "caption": $0.caption] },
    ]
    if let scores = validation.scores {
      line += String(format: ", BLEU-4 %.3f, CIDEr %.3f on %d photos", scores.bleu[3], scores.cider, scores.count)
      entry["bleu_4"] = scores.bleu[3]
      entry["cider"] = scores.cider
      entry["scored_photos"] = scores.count
    }
    write(line + (validation.isBest ? " (best so far)" : ""))
    for sample in validation.samples {
      write("  \(PrintableText.line(URL(fileURLWithPath: sample.path).lastPathComponent)): \(sample.caption)")
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
    record(entry)
    let left = Double(step.total - step.step) * Double(step.photos) / photosPerSecond!
    let line = String(
      format: "epoch %d  step %d/%d  %@ %.3f (mean %.3f)  %.0f photos/s  %.0f words/s  %@ left", step.epoch,
      step.step, step.total, step.reward == nil ? "loss" : "reward", shown, average!, photosPerSecond!, wordsPerSecond,
      Self.time(left))
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
      step.step, of: step.total, line + String(format: "%.0f views/s  %@ left", photosPerSecond!, Self.time(left)))
  }

  private static func text(_ losses: DistillationLosses) -> String {
    String(format: "KL %.3f  grid %.3f  pooled %.3f", losses.divergence, losses.grid, losses.pooled)
  }

  private static func entry(_ losses: DistillationLosses, prefix: String = "") -> [String: Any] {
    [prefix + "kl": losses.divergence, prefix + "grid_loss": losses.grid, prefix + "pooled_loss": losses.pooled]
  }

  /// A line that replaces itself on a terminal, and is written now and then elsewhere.
  private func showProgress(_ step: Int, of total: Int, _ line: String, always: Bool = false) {
    if live {
      put("\r\u{1B}[K\(Self.bar(Double(step) / Double(total), width: 20)) \(line)")
    } else if always || step % 25 == 0 {
      write(line)
    }
  }

  private func write(_ line: String) { put((live ? "\r\u{1B}[K" : "") + line + "\n") }

  private func put(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }

  private func record(_ object: [String: Any]) {
    if plot != nil { history.add(object) }
    if object["epoch"] != nil { drawPlot() }
    guard let log, let data = try? JSONSerialization.data(withJSONObject: object, options: [.sortedKeys]) else {
      return
    }
    log.write(data + Data("\n".utf8))
  }

  /// A picture that cannot be written is told of and does not end the run.
  private func drawPlot() {
    guard let plot else { return }
    do { try OutputFile.write(PNGEncoder.encode(LossPlot(history: history).image()), to: plot) } catch {
      write("cannot draw the losses: \(error)")
    }
  }

  private static func bar(_ share: Double, width: Int) -> String {
    let filled = Int(share * Double(width))
    return "[" + String(repeating: "=", count: filled) + String(repeating: " ", count: width - filled) + "]"
  }

  private static func time(_ seconds: Double) -> String {
    let s = Int(seconds)
    return s >= 3600
      ? String(format: "%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60) : String(format: "%d:%02d", s / 60, s % 60)
  }
}
