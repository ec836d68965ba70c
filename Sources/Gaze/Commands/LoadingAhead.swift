import Raster
import Synchronization
import SystemPackage

/// Reads and decodes the next images on a thread of its own while the last are captioned; at most two wait, as each can
/// take hundreds of megabytes. One thread asks for them; any may stop it.
final class LoadingAhead: Sendable {
  private let images: WorkAhead<Result<PixelImage, any Error>>

  init(_ paths: [FilePath], load: @escaping @Sendable (FilePath) throws -> PixelImage) {
    let rest = Mutex(paths[...])
    images = WorkAhead { rest.withLock { $0.popFirst() }.map { path in Result { try load(path) } } }
  }

  /// The next image in the order of the paths, or `CancellationError` once this is stopped; waits for either. Must not be
  /// called more often than there are paths.
  func next() -> Result<PixelImage, any Error> {
    do {
      guard let image = try images.next() else { preconditionFailure("asked for more images than there are paths") }
      return image
    } catch {
      return .failure(error)
    }
  }

  /// Ends the wait for an image, whatever it is read from, and reads no more.
  func stop() { images.stop() }
}
