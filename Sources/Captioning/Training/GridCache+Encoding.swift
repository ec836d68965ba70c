import Raster
import Tensors

extension GridCache {
  /// Photos encoded at once.
  private static let batch = 8

  /// Encodes the photos that are not in the cache yet.
  /// - Returns: whether all were reached before `shouldStop` turned true.
  func encode(
    _ paths: [String], with encoder: ImageEncoder, shouldStop: () -> Bool, report: (TrainingEvent) -> Void
  ) throws -> Bool {
    var seen: Set<Photo> = []
    let missing = paths.compactMap(Photo.init).filter { !contains($0) && seen.insert($0).inserted }
    let starts = Array(stride(from: 0, to: missing.count, by: Self.batch))
    let batches = Prefetcher(first: 0, last: starts.count) { index in
      Self.pixels(missing[starts[index]..<min(starts[index] + Self.batch, missing.count)], encoder)
    }
    defer { batches.stop() }
    for (index, start) in starts.enumerated() {
      if shouldStop() { return false }
      let (photos, pixels, failures) = batches.next(index)
      failures.forEach { report(.unreadable($0)) }
      if !photos.isEmpty { try append(encoder.network.encode(pixels) { false }, of: photos) }
      report(.encoded(photos: min(start + Self.batch, missing.count), total: missing.count))
    }
    return true
  }

  /// What can be read of some photos, `[B, H, W, 3]`, and why the others cannot.
  private static func pixels(
    _ photos: ArraySlice<Photo>, _ encoder: ImageEncoder
  ) -> (photos: [Photo], pixels: Tensor, failures: [String]) {
    var readable: [(photo: Photo, image: PixelImage)] = []
    var failures: [String] = []
    for photo in photos {
      do { readable.append((photo, try ImageDecoder.decode(path: photo.path))) } catch { failures.append("\(error)") }
    }
    let size = encoder.description
    let pixels = Tensor(uninitialized: [readable.count, size.height, size.width, 3])
    for (index, item) in readable.enumerated() {
      encoder.write(item.image, into: pixels.pointer + index * size.height * size.width * 3)
    }
    return (readable.map(\.photo), pixels, failures)
  }
}
