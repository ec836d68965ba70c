import Captioning
import Files
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

/// Captions images, several at once where there are threads for it; one that fails does not keep the others. What comes out
/// is the same, and in the same order, on any number of threads.
struct CaptionBatch: Sendable {
  let captioner: any PhotoCaptioning
  let settings: DecodingSettings
  /// Nil writes no sidecars.
  var sidecar: SidecarPolicy?
  /// Whether captions edited by hand may be overwritten.
  var replacesEdits = false
  var threads = BatchThreads(threads: 1, photos: nil)
  /// Reads and decodes one image.
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
    _ images: [FilePath], isCancelled: @escaping @Sendable () -> Bool, report: (CaptionedImage) throws -> Void
  ) rethrows -> Outcome {
    let rest = Mutex(images[...])
    return try run(next: { rest.withLock { $0.popFirst() } }, isCancelled: isCancelled, report: report)
  }

  /// - Parameters:
  ///   - source: the next image's path, `-` for standard input; nil at the end. Called by one thread at a time.
  ///   - isCancelled: asked often, by any thread; when true the images at work are dropped and the run ends with those
  ///     before them.
  ///   - whenCancelled: is given what ends the wait for an image, to be called once `isCancelled`.
  ///   - report: is given each image's result, in order, once its sidecar is written; throws `CancellationError` to end
  ///     the run.
  ///   - progress: is told how many of the images are done before each.
  func run(
    next source: @escaping @Sendable () -> FilePath?, isCancelled: @escaping @Sendable () -> Bool,
    whenCancelled: (@escaping @Sendable () -> Void) -> Void = { _ in },
    progress: (Int) -> Void = { _ in }, report: (CaptionedImage) throws -> Void
  ) rethrows -> Outcome {
    var outcome = Outcome()
    let queue = CaptionQueue(source, sidecar: sidecar, replacesEdits: replacesEdits)
    let ahead = WorkAhead<Result<CaptionedImage, CancellationError>>(workers: threads.workers, ahead: threads.ahead) {
      guard let next = queue.next() else { return nil }
      return { captioned(next, isCancelled) }
    }
    whenCancelled(ahead.stop)
    var done = 0
    progress(0)
    while let made = Self.next(of: ahead) {
      guard case .success(var image) = made else {
        outcome.isComplete = false
        break
      }
      keep(&image, queue, &outcome)
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

  /// The next image; nil at the end.
  private static func next(
    of images: WorkAhead<Result<CaptionedImage, CancellationError>>
  ) -> Result<CaptionedImage, CancellationError>? {
    do { return try images.next() } catch { return .failure(error) }
  }

  /// Reads and captions an image; what fails is told in its result.
  private func captioned(
    _ next: CaptionQueue.Image, _ isCancelled: () -> Bool
  ) -> Result<CaptionedImage, CancellationError> {
    var image = CaptionedImage(path: next.path, error: next.problem)
    if next.problem != nil { return .success(image) }
    do {
      let photo = try load(next.path)
      image.size = (photo.width, photo.height)
      image.captions = try threads.compute {
        try captioner.captions(of: photo, settings: settings, isCancelled: isCancelled)
      }
    } catch let error as CancellationError {
      return .failure(error)
    } catch {
      image.error = "\(error)"
    }
    return .success(image)
  }

  /// Writes the sidecar of an image that was captioned, and counts it.
  private func keep(_ image: inout CaptionedImage, _ queue: CaptionQueue, _ outcome: inout Outcome) {
    do {
      if image.error == nil, let sidecar, image.path != "-", let best = Self.best(image.captions) {
        if queue.isEdited(image.path) {
          // Somebody wrote it meanwhile.
          outcome.kept += 1
        } else {
          try sidecar.write(best, by: captioner.weights, for: image.path)
        }
      }
    } catch {
      image.captions = []
      image.error = "\(error)"
    }
    if let error = image.error { outcome.failures.append(error) } else { outcome.captioned += 1 }
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
