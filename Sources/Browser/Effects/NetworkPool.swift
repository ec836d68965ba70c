import Captioning
import PhotoLibrary
import Raster
import Synchronization
import SystemPackage

/// Networks that captions can be shown to beside the program's own. Each is loaded when it is first asked; those asked
/// last are kept. What encoders made of photos is kept once for all networks that share an encoder, as the frames of a
/// training over a frozen one do. Called on one thread at a time.
final class NetworkPool: Sendable {
  private let paths: [FilePath]
  private let threads: Int
  private let state = Mutex(State())

  /// How many networks stay loaded.
  private static let mostNetworks = 8

  private struct State {
    var captioners = BoundedCache<Int, Captioner>(capacity: NetworkPool.mostNetworks)
    /// Under which network's number the grids of each are kept: the first that was found to have the same encoder.
    var encoders: [Int: Int] = [:]
    var grids = BoundedCache<Grid, FeatureMap>(capacity: 64)
  }

  private struct Grid: Hashable {
    let photo: FileIdentity
    let encoder: Int
  }

  /// - Parameters:
  ///   - paths: of weights; network 1 is the first.
  ///   - threads: that networks compute with.
  init(paths: [FilePath], threads: Int) { (self.paths, self.threads) = (paths, threads) }

  /// What a network makes of a sentence about a photo.
  /// - Parameters:
  ///   - network: from 0, which is the program's own.
  ///   - path: the photo's.
  ///   - own: the program's own network, and what that made of the photo.
  func recited(
    _ text: String, by network: Int, of path: FilePath, own: (captioner: Captioner, image: EncodedImage),
    maps: MapChoice, isCancelled: () -> Bool
  ) throws -> Caption {
    let captioner = network == 0 ? own.captioner : try loaded(network, own.captioner)
    let image =
      network == 0
      ? own.image
      : captioner.sharesEncoder(with: own.captioner)
        ? captioner.image(of: own.image.features) : try image(of: path, captioner, network, isCancelled)
    let recited = try captioner.recited(text, for: image, isCancelled: isCancelled)
    return try captioner.retold([recited], for: image, maps: maps, isCancelled: isCancelled)[0]
  }

  private func loaded(_ network: Int, _ own: Captioner) throws -> Captioner {
    let (known, others) = state.withLock { state in
      let others = state.captioners.keys.compactMap { key in state.captioners.peek(key).map { (key, $0) } }
      return (state.captioners.value(network), others)
    }
    if let known { return known }
    let loaded = try Captioner(
      weightsAt: paths[network - 1], threads: threads, sharingEncodersOf: [own] + others.map(\.1))
    state.withLock { state in
      let twin = others.first { loaded.sharesEncoder(with: $0.1) }?.0
      if let twin { state.encoders[network] = state.encoders[twin] ?? twin }
      state.captioners.insert(loaded, for: network)
    }
    return loaded
  }

  private func image(
    of path: FilePath, _ captioner: Captioner, _ network: Int, _ isCancelled: () -> Bool
  ) throws -> EncodedImage {
    let photo = FileIdentity(path: path)
    let (grid, known) = state.withLock { state in
      let grid = Grid(photo: photo, encoder: state.encoders[network] ?? network)
      return (grid, state.grids.value(grid))
    }
    if let known { return captioner.image(of: known) }
    let image = try captioner.encode(ImageDecoder.decode(path: path), isCancelled: isCancelled)
    state.withLock { $0.grids.insert(image.features, for: grid) }
    return image
  }
}
