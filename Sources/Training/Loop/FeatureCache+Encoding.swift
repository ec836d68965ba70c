import Captioning
import Raster
import Tensors

extension FeatureCache {
  /// Views encoded at once.
  private static let batch = 8

  /// What of a photo is wanted in the cache.
  package struct Wanted {
    let path: String
    let views: [PhotoView]

    package init(path: String, views: [PhotoView]) { (self.path, self.views) = (path, views) }
  }

  /// Encodes the views that are not in the cache yet.
  /// - Returns: whether all were reached before `shouldStop` turned true.
  func encode(
    _ wanted: [Wanted], with encoder: ImageEncoder, shouldStop: () -> Bool, report: (TrainingEvent) -> Void
  ) throws -> Bool {
    var known: Set<Key> = []
    let missing = wanted.flatMap(keys).filter { !contains($0) && known.insert($0).inserted }
    let starts = Array(stride(from: 0, to: missing.count, by: Self.batch))
    let batches = Prefetcher(first: 0, last: starts.count) { index in
      Self.pixels(missing[starts[index]..<min(starts[index] + Self.batch, missing.count)], encoder)
    }
    defer { batches.stop() }
    var told: Set<String> = []
    for (index, start) in starts.enumerated() {
      if shouldStop() { return false }
      let (keys, pixels, failures) = batches.next(index)
      for failure in failures where told.insert(failure).inserted { report(.unreadable(failure)) }
      if !keys.isEmpty { try append(encoder.network.encode(pixels) { false }.regions, of: keys) }
      report(.encoded(views: min(start + Self.batch, missing.count), total: missing.count))
    }
    return true
  }

  /// What can be read of some views, `[B, H, W, 3]`, and why the others cannot.
  private static func pixels(
    _ views: ArraySlice<Key>, _ encoder: ImageEncoder
  ) -> (keys: [Key], pixels: Tensor, failures: [String]) {
    var readable: [(key: Key, image: PixelImage)] = []
    var failures: [String] = []
    for key in views {
      // The views of a photo lie together: it is decoded once.
      if let last = readable.last, last.key.photo == key.photo {
        readable.append((key, last.image))
        continue
      }
      do { readable.append((key, try ImageDecoder.decode(path: key.photo.path))) } catch { failures.append("\(error)") }
    }
    let size = encoder.description
    let pixels = Tensor(uninitialized: [readable.count, size.height, size.width, 3])
    for (index, item) in readable.enumerated() {
      encoder.write(item.image, item.key.view, into: pixels.pointer + index * size.height * size.width * 3)
    }
    return (readable.map(\.key), pixels, failures)
  }
}
