import Captioning
import Glibc
import PhotoLibrary
import Raster
import Reports
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

  /// - Parameters:
  ///   - images: paths, `-` for standard input.
  ///   - isCancelled: asked often; when true the current image is dropped and the run ends.
  ///   - whenCancelled: is given what ends the wait for an image, to be called once `isCancelled`.
  ///   - report: is given each image's result, in order, once its sidecar is written; throws `CancellationError` to end
  ///     the run.
  ///   - progress: is told how many of the images are done before each.
  func run(
    _ images: [FilePath], isCancelled: () -> Bool, whenCancelled: (@escaping @Sendable () -> Void) -> Void = { _ in },
    progress: (Int) -> Void = { _ in }, report: (CaptionedImage) throws -> Void
  ) rethrows -> Outcome {
    var outcome = Outcome()
    let missing = images.filter { $0 == "-" || sidecar?.isDone($0) != true }
    let wanted = missing.filter { !isEdited($0) }
    (outcome.skipped, outcome.kept) = (images.count - missing.count, missing.count - wanted.count)
    var owners: [FilePath: FilePath] = [:]
    let loading = LoadingAhead(wanted, load: load)
    whenCancelled(loading.stop)
    for (index, path) in wanted.enumerated() {
      progress(index)
      var image = CaptionedImage(path: path)
      do {
        if isCancelled() { throw CancellationError() }
        let photo = loading.next()
        try claimSidecar(of: path, &owners)
        outcome.kept += try caption(&image, photo: photo.get(), isCancelled) ? 0 : 1
        outcome.captioned += 1
      } catch is CancellationError {
        outcome.isComplete = false
        break
      } catch {
        image.captions = []
        image.error = "\(error)"
        outcome.failures.append("\(error)")
      }
      do {
        try report(image)
      } catch is CancellationError {
        outcome.isComplete = false
        break
      }
    }
    return outcome
  }

  /// Two images of one stem would overwrite each other's captions.
  private func claimSidecar(of path: FilePath, _ owners: inout [FilePath: FilePath]) throws {
    guard sidecar != nil, path != "-" else { return }
    let target = Sidecar.path(for: path)
    if let owner = owners.updateValue(path, forKey: target), owner != path {
      throw CommandFailure("\(path): its sidecar \(target) is that of \(owner)")
    }
  }

  private func isEdited(_ path: FilePath) -> Bool {
    path != "-" && !replacesEdits && sidecar?.wouldReplaceEdit(of: path) == true
  }

  /// - Returns: false when a sidecar was left because somebody wrote it meanwhile.
  private func caption(_ image: inout CaptionedImage, photo: PixelImage, _ isCancelled: () -> Bool) throws -> Bool {
    image.size = (photo.width, photo.height)
    image.captions = try captioner.captions(of: photo, settings: settings, isCancelled: isCancelled)
    guard let sidecar, image.path != "-", let best = CaptionBatch.best(image.captions) else { return true }
    if isEdited(image.path) { return false }
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
