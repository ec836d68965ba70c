import Captioning
import Glibc
import PhotoLibrary
import Raster
import Reports
import Synchronization
import SystemPackage

/// What the batch needs of a network.
protocol PhotoCaptioning: Sendable {
  var weights: WeightsIdentity { get }
  /// - Throws: `CancellationError` when `isCancelled` became true.
  func captions(of photo: PixelImage, settings: DecodingSettings, isCancelled: () -> Bool) throws -> [Caption]
}

/// Captions images one after another; one that fails does not keep the others.
struct CaptionBatch {
  let captioner: any PhotoCaptioning
  let settings: DecodingSettings
  /// Nil writes no sidecars.
  var sidecar: SidecarPolicy?
  /// Whether captions edited by hand may be overwritten.
  var replacesEdits = false
  /// Reads and decodes one image; called on a thread of its own.
  var load: @Sendable (FilePath) throws -> PixelImage = loadImage

  struct Outcome {
    var captioned = 0
    /// Images that had a sidecar already.
    var skipped = 0
    /// Images whose sidecars were written by hand and left as they are.
    var kept = 0
    /// One line each.
    var failures: [String] = []
    /// Whether all images were reached.
    var isComplete = true
  }

  /// As `run(next:)` of images that are known.
  func run(
    _ images: [FilePath], isCancelled: () -> Bool, report: (CaptionedImage) throws -> Void
  ) rethrows -> Outcome {
    let rest = Mutex(images[...])
    return try run(next: { rest.withLock { $0.popFirst() } }, isCancelled: isCancelled, report: report)
  }

  /// - Parameters:
  ///   - source: the next image's path, `-` for standard input; nil at the end. Called on a thread of its own.
  ///   - isCancelled: asked often; when true the current image is dropped and the run ends.
  ///   - whenCancelled: is given what ends the wait for an image, to be called once `isCancelled`.
  ///   - report: is given each image's result, in order, once its sidecar is written; throws `CancellationError` to end
  ///     the run.
  ///   - progress: is told how many of the images are done before each.
  func run(
    next source: @escaping @Sendable () -> FilePath?, isCancelled: () -> Bool,
    whenCancelled: (@escaping @Sendable () -> Void) -> Void = { _ in },
    progress: (Int) -> Void = { _ in }, report: (CaptionedImage) throws -> Void
  ) rethrows -> Outcome {
    var outcome = Outcome()
    let queue = CaptionQueue(source, sidecar: sidecar, replacesEdits: replacesEdits, load: load)
    let ahead = WorkAhead(make: queue.next)
    whenCancelled(ahead.stop)
    var done = 0
    progress(0)
    while let next = Self.next(of: ahead, &outcome) {
      guard !isCancelled(), let image = result(of: next, queue, isCancelled, &outcome) else {
        outcome.isComplete = false
        break
      }
      do {
        try report(image)
      } catch is CancellationError {
        outcome.isComplete = false
        break
      }
      done += 1
      progress(done)
    }
    let passedOver = queue.passedOver
    outcome.skipped += passedOver.skipped
    outcome.kept += passedOver.kept
    return outcome
  }

  /// Nil at the end, and once the wait was ended, which the outcome then tells.
  private static func next(
    of images: WorkAhead<CaptionQueue.Image>, _ outcome: inout Outcome
  ) -> CaptionQueue.Image? {
    do {
      return try images.next()
    } catch {
      outcome.isComplete = false
      return nil
    }
  }

  /// Captions an image; what fails is told in its result.
  /// - Returns: nil once `isCancelled`.
  private func result(
    of next: CaptionQueue.Image, _ queue: CaptionQueue, _ isCancelled: () -> Bool, _ outcome: inout Outcome
  ) -> CaptionedImage? {
    var image = CaptionedImage(path: next.path)
    do {
      outcome.kept += try caption(&image, photo: next.photo.get(), queue, isCancelled) ? 0 : 1
      outcome.captioned += 1
    } catch is CancellationError {
      return nil
    } catch {
      image.captions = []
      image.error = "\(error)"
      outcome.failures.append("\(error)")
    }
    return image
  }

  /// - Returns: false when a sidecar was left because somebody wrote it meanwhile.
  private func caption(
    _ image: inout CaptionedImage, photo: PixelImage, _ queue: CaptionQueue, _ isCancelled: () -> Bool
  ) throws -> Bool {
    image.size = (photo.width, photo.height)
    image.captions = try captioner.captions(of: photo, settings: settings, isCancelled: isCancelled)
    guard let sidecar, image.path != "-", let best = CaptionBatch.best(image.captions) else { return true }
    if queue.isEdited(image.path) { return false }
    try sidecar.write(best, by: captioner.weights, for: image.path)
    return true
  }

  /// The caption with the highest log-probability / length^0.7, the rule beam search compares by; the first of equals.
  static func best(_ captions: [Caption]) -> Caption? {
    captions.indexOfBest.map { captions[$0] }
  }
}

/// Decodes an image at full size, as the network was trained on.
@Sendable func loadImage(_ path: FilePath) throws -> PixelImage {
  if path != "-" { return try ImageDecoder.decode(path: path) }
  let name = "standard input"
  return try ImageDecoder.decode(data: ImageFile.read(descriptor: STDIN_FILENO, name: name), name: name)
}
