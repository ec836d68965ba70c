import Captioning
import Raster
import Synchronization
import SystemPackage

/// A photo as a captioner keeps it to draw captions from.
package struct EncodedPhoto: Sendable {
  /// Whatever the service made of it.
  let features: any Sendable
  /// How much memory that takes, about.
  var byteCount = 0
}

/// What the browser needs of a captioner. Called on one thread at a time, never the screen's.
package protocol CaptionService: Sendable {
  /// Loads what has to be loaded, the first time.
  /// - Returns: whose weights they are.
  func prepare() throws -> WeightsIdentity
  /// How many words the network knows, or parts of words.
  func words() throws -> Int
  /// The kind of maps that says most of the network's words.
  func usualMaps() throws -> MapKind
  /// Looks at a photo: the slow half. Throws `CancellationError` once `isCancelled` says so.
  /// - Parameter progress: told of the share that is done, in [0, 1), by networks that take long.
  func encode(path: FilePath, progress: (Double) -> Void, isCancelled: () -> Bool) throws -> EncodedPhoto
  /// Draws captions: the quick half, done again whenever settings change.
  func captions(for photo: EncodedPhoto, settings: DecodingSettings, isCancelled: () -> Bool) throws -> [Caption]
  /// Tells what the network makes of a text, whoever wrote it; no quicker than drawing.
  func recited(_ text: String, for photo: EncodedPhoto, isCancelled: () -> Bool) throws -> Caption
  /// Tells what the network makes of a caption's own words where it sees something else.
  func recited(_ caption: Caption, for photo: EncodedPhoto, isCancelled: () -> Bool) throws -> Caption
  /// A photo with cells hidden; where they are covered it is encoded anew.
  func hiding(
    _ hidden: HiddenRegions, in photo: EncodedPhoto, path: FilePath, isCancelled: () -> Bool
  ) throws -> EncodedPhoto
  /// The same captions with other maps.
  func retold(
    _ captions: [Caption], for photo: EncodedPhoto, maps: MapChoice, isCancelled: () -> Bool
  ) throws -> [Caption]
  /// The same caption with maps of what each word loses when each cell is covered in the photo: slow.
  /// - Parameter progress: told of the share that is done, in [0, 1].
  func covering(
    _ caption: Caption, path: FilePath, progress: (Double) -> Void, isCancelled: () -> Bool
  ) throws -> Caption
  /// Tells what one of several networks makes of a text, with probabilities among all words.
  /// - Parameters:
  ///   - network: 0 is the program's own.
  ///   - path: the photo's, for networks that have to look at it themselves.
  ///   - photo: as the own network keeps it.
  func recited(
    _ text: String, byNetwork network: Int, of path: FilePath, for photo: EncodedPhoto, maps: MapChoice,
    isCancelled: () -> Bool
  ) throws -> Caption
}

/// The program's own network, loaded once, and others to compare it with.
package final class NetworkCaptionService: CaptionService {
  private let weightsPath: @Sendable () throws -> FilePath
  private let threads: Int
  private let captioner = Mutex<Captioner?>(nil)
  private let others: NetworkPool

  /// - Parameters:
  ///   - threads: that the network computes with.
  ///   - others: weights of other networks that captions can be shown to, loaded when they are asked.
  ///   - weightsPath: finds the weights file, once.
  package init(threads: Int, others: [FilePath] = [], weightsPath: @escaping @Sendable () throws -> FilePath) {
    self.threads = threads
    self.others = NetworkPool(paths: others, threads: threads)
    self.weightsPath = weightsPath
  }

  /// Loads the network and asks it whether its captions can go on from a prompt.
  /// - Throws: what is wrong with the weights, or with `--prompt`.
  package func prepare(prompt: String?) throws {
    let captioner = try loaded()
    if let problem = prompt.flatMap(captioner.problem(withPrompt:)) {
      throw CaptioningError.badOption("--prompt: \(problem)")
    }
  }

  package func prepare() throws -> WeightsIdentity {
    try loaded().weights
  }

  package func words() throws -> Int { try loaded().text.count }

  package func usualMaps() throws -> MapKind { try loaded().usualMaps }

  package func encode(
    path: FilePath, progress: (Double) -> Void, isCancelled: () -> Bool
  ) throws -> EncodedPhoto {
    let captioner = try loaded()
    // The whole picture, not a preview: captions are then those of `gaze caption`.
    let image = try ImageDecoder.decode(path: path)
    let encoded = try captioner.encode(image, progress: progress, isCancelled: isCancelled)
    return EncodedPhoto(features: encoded, byteCount: encoded.byteCount)
  }

  package func captions(for photo: EncodedPhoto, settings: DecodingSettings, isCancelled: () -> Bool) throws
    -> [Caption]
  {
    guard let features = photo.features as? EncodedImage else { return [] }
    return try loaded().captions(for: features, settings: settings, isCancelled: isCancelled)
  }

  package func recited(_ text: String, for photo: EncodedPhoto, isCancelled: () -> Bool) throws -> Caption {
    guard let features = photo.features as? EncodedImage else { throw CancellationError() }
    return try loaded().recited(text, for: features, isCancelled: isCancelled)
  }

  package func recited(_ caption: Caption, for photo: EncodedPhoto, isCancelled: () -> Bool) throws -> Caption {
    guard let features = photo.features as? EncodedImage else { throw CancellationError() }
    return try loaded().recited(caption, for: features, isCancelled: isCancelled)
  }

  package func hiding(
    _ hidden: HiddenRegions, in photo: EncodedPhoto, path: FilePath, isCancelled: () -> Bool
  ) throws -> EncodedPhoto {
    guard let features = photo.features as? EncodedImage else { throw CancellationError() }
    let partial = try loaded().hiding(
      hidden, in: features, photo: { try ImageDecoder.decode(path: path) }, isCancelled: isCancelled)
    return EncodedPhoto(features: partial)
  }

  package func retold(
    _ captions: [Caption], for photo: EncodedPhoto, maps: MapChoice, isCancelled: () -> Bool
  ) throws -> [Caption] {
    guard let features = photo.features as? EncodedImage else { return captions }
    return try loaded().retold(captions, for: features, maps: maps, isCancelled: isCancelled)
  }

  package func covering(
    _ caption: Caption, path: FilePath, progress: (Double) -> Void, isCancelled: () -> Bool
  ) throws -> Caption {
    try loaded().covering(caption, in: ImageDecoder.decode(path: path), progress: progress, isCancelled: isCancelled)
  }

  package func recited(
    _ text: String, byNetwork network: Int, of path: FilePath, for photo: EncodedPhoto, maps: MapChoice,
    isCancelled: () -> Bool
  ) throws -> Caption {
    guard let features = photo.features as? EncodedImage else { throw CancellationError() }
    return try others.recited(
      text, by: network, of: path, own: (loaded(), features), maps: maps, isCancelled: isCancelled)
  }

  private func loaded() throws -> Captioner {
    try captioner.withLock { captioner in
      if let captioner { return captioner }
      let loaded = try Captioner(weightsAt: weightsPath(), threads: threads)
      captioner = loaded
      return loaded
    }
  }
}
