import Captioning
import Raster
import SystemPackage
import Tensors

extension FeatureCache {
  /// Views encoded at once.
  private static let batch = 8

  /// What of a photo is wanted in the cache.
  package struct Wanted {
    let path: FilePath
    let views: [PhotoView]

    package init(path: FilePath, views: [PhotoView]) { (self.path, self.views) = (path, views) }
  }

  /// Encodes the views that are not in the cache yet.
  /// - Returns: whether all were reached before `shouldStop` turned true.
  func encode(
    _ wanted: [Wanted], with encoder: ImageEncoder, shouldStop: () -> Bool, report: (TrainingEvent) -> Void
  ) throws -> Bool {
    var known: Set<Key> = []
    let missing = wanted.flatMap(keys).filter { !contains($0) && known.insert($0).inserted }
    let starts = Array(stride(from: 0, to: missing.count, by: Self.batch))
    // A thread for each batch rather than all threads for one: they wait for each other at no layer.
    let batches = Prefetcher(first: 0, last: starts.count, workers: ThreadPool.shared.threads) { index in
      ThreadPool(threads: 1).use {
        Self.features(missing[starts[index]..<min(starts[index] + Self.batch, missing.count)], encoder)
      }
    }
    defer { batches.stop() }
    var told: Set<String> = []
    for (index, start) in starts.enumerated() {
      if shouldStop() { return false }
      let (keys, features, failures) = batches.next(index)
      for failure in failures where told.insert(failure).inserted { report(.unreadable(failure)) }
      if let features { try append(features, of: keys) }
      report(.encoded(views: min(start + Self.batch, missing.count), total: missing.count))
    }
    return true
  }

  /// The feature maps of those views that can be read, `[B, rows, columns, C]`, and why the others cannot.
  private static func features(
    _ views: ArraySlice<Key>, _ encoder: ImageEncoder
  ) -> (keys: [Key], features: Tensor?, failures: [String]) {
    var readable: [(key: Key, image: PixelImage)] = []
    var failures: [String] = []
    for key in views {
      // The views of a photo lie together: it is decoded once.
      if let last = readable.last, last.key.photo == key.photo {
        readable.append((key, last.image))
        continue
      }
      do { readable.append((key, try ImageDecoder.decode(path: key.photo.file))) } catch { failures.append("\(error)") }
    }
    let size = encoder.description
    let pixels = Tensor(uninitialized: [readable.count, size.height, size.width, 3])
    for (index, item) in readable.enumerated() {
      encoder.write(item.image, item.key.view, into: pixels.pointer + index * size.height * size.width * 3)
    }
    // Only cancelling makes it throw, and nobody does.
    let features = readable.isEmpty ? nil : try! encoder.network.encode(pixels) { false }.regions
    return (readable.map(\.key), features, failures)
  }
}
