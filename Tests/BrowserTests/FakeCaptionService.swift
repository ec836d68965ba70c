import Foundation
import SystemPackage
import TestSupport

@testable import Browser
@testable import Captioning
@testable import Files
@testable import Raster

/// Captions that follow from the settings alone, made at once; counts what it is asked. Safe to share: a lock guards
/// its counts.
final class FakeCaptionService: CaptionService, @unchecked Sendable {
  private let lock = NSLock()
  private var encodeCounts: [FilePath: Int] = [:]
  private var decodeCount = 0
  private var recitedTexts: [String] = []
  private var hiddenRegions: [HiddenRegions] = []
  private var askedNetworks: [Int] = []
  /// Waits in `encode` until it is cancelled or let go.
  private var isHolding: Bool
  private let isHoldingCovers: Bool
  private let failure: String?
  private let failing: Set<String>
  /// Layers and heads with maps of their own.
  private let maps: CaptionMaps
  private let vocabulary: Int
  private let usual: MapKind
  private let photoBytes: Int

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// - Parameters:
  ///   - failure: why nothing can be captioned.
  ///   - failing: the names of photos that cannot be.
  ///   - words: how many it knows.
  ///   - maps: layers and heads with maps of their own.
  ///   - broken: other networks that cannot be loaded.
  ///   - usual: the kind of maps that is usual for it.
  ///   - photoBytes: what an encoded photo takes.
  init(
    holdingEncodes: Bool = false, failure: String? = nil, failing: Set<String> = [], words: Int = 1000,
    maps: CaptionMaps = CaptionMaps(), broken: Set<Int> = [], holdingCovers: Bool = false, usual: MapKind = .attention,
    photoBytes: Int = 0
  ) {
    (vocabulary, self.maps, self.broken) = (words, maps, broken)
    (self.usual, self.photoBytes) = (usual, photoBytes)
    (isHolding, isHoldingCovers) = (holdingEncodes, holdingCovers)
    self.failure = failure
    self.failing = failing
  }

  var encodes: Int { lock.withLock { encodeCounts.values.reduce(0, +) } }
  var decodes: Int { lock.withLock { decodeCount } }
  /// What was hidden, in order.
  var hidings: [HiddenRegions] { lock.withLock { hiddenRegions } }
  var recitals: [String] { lock.withLock { recitedTexts } }
  func letGo() { lock.withLock { isHolding = false } }

  func prepare() throws -> WeightsIdentity {
    if let failure { throw Failure(description: failure) }
    return WeightsIdentity(name: "tiny", sha256: String(repeating: "0", count: 64))
  }

  func words() throws -> Int { vocabulary }

  func usualMaps() throws -> MapKind { usual }

  /// Told in two steps.
  func encode(path: FilePath, progress: (Double) -> Void, isCancelled: () -> Bool) throws -> EncodedPhoto {
    if let failure { throw Failure(description: failure) }
    let name = FileName.name(path)
    if failing.contains(name) { throw Failure(description: "\(name): no picture") }
    lock.withLock { encodeCounts[path, default: 0] += 1 }
    progress(0.25)
    progress(0.5)
    while lock.withLock({ isHolding }) {
      if isCancelled() { throw CancellationError() }
      Thread.sleep(forTimeInterval: 0.001)
    }
    return EncodedPhoto(features: path, byteCount: photoBytes)
  }

  func captions(for photo: EncodedPhoto, settings: DecodingSettings, isCancelled: () -> Bool) throws -> [Caption] {
    lock.withLock { decodeCount += 1 }
    let count = settings.mode == .sample ? settings.samples : 1
    return (0..<count).map {
      Self.caption(seed: settings.seed + UInt64($0), settings: settings).telling(maps)
        .telling(photo.features as? HiddenRegions)
    }
  }

  /// Words of the text as they are, each as likely as the last.
  func recited(_ text: String, for photo: EncodedPhoto, isCancelled: () -> Bool) throws -> Caption {
    lock.withLock { recitedTexts.append(text) }
    let settings = DecodingSettings(mode: .greedy, samples: 1)
    let words = text.split(whereSeparator: \.isWhitespace).enumerated().map {
      Self.word(String($0.element), at: $0.offset, seed: 3, DecodingSettings())
    }
    return Caption(words: words, logProbability: -20, finished: true, settings: settings, isRecited: true, maps: maps)
  }

  /// Each word less likely by as many tenths as cells are hidden.
  func recited(_ caption: Caption, for photo: EncodedPhoto, isCancelled: () -> Bool) throws -> Caption {
    let hidden = photo.features as? HiddenRegions
    let loss = Float(hidden?.regions.count ?? 0) / 10
    let words = caption.words.map {
      CaptionWord(
        word: $0.word, token: $0.token, probability: $0.probability, logProbability: $0.logProbability - loss,
        attention: $0.attention, alternatives: $0.alternatives)
    }
    return Caption(
      words: words, logProbability: caption.logProbability - loss * Float(words.count), finished: caption.finished,
      settings: DecodingSettings(mode: .greedy, samples: 1), isRecited: true, maps: caption.maps, hidden: hidden)
  }

  func hiding(
    _ hidden: HiddenRegions, in photo: EncodedPhoto, path: FilePath, isCancelled: () -> Bool
  ) throws -> EncodedPhoto {
    lock.withLock { hiddenRegions.append(hidden) }
    return EncodedPhoto(features: hidden)
  }

  /// Maps around a place that the choice says.
  func retold(
    _ captions: [Caption], for photo: EncodedPhoto, maps: MapChoice, isCancelled: () -> Bool
  ) throws -> [Caption] {
    captions.map { caption in
      guard caption.maps.choice != maps else { return caption }
      let row = Float(maps.layer ?? (maps.kind == .attention ? 6 : 5))
      return caption.telling(
        CaptionMaps(maps, layers: caption.maps.layers, heads: caption.maps.heads),
        caption.words.indices.map { Self.spot(row: row, column: Float($0 % 8)) })
    }
  }

  /// Every word's map is in the first row; told in two steps, and begun only once it is let go.
  func covering(
    _ caption: Caption, path: FilePath, progress: (Double) -> Void, isCancelled: () -> Bool
  ) throws -> Caption {
    progress(0.5)
    while lock.withLock({ isHoldingCovers }) {
      if isCancelled() { throw CancellationError() }
      Thread.sleep(forTimeInterval: 0.001)
    }
    progress(1)
    return caption.telling(
      CaptionMaps(MapChoice(kind: .covering), layers: maps.layers, heads: maps.heads),
      caption.words.indices.map { Self.spot(row: 0, column: Float($0 % 8)) })
  }

  /// Networks that cannot be loaded, and those that were asked, in order.
  let broken: Set<Int>
  var asked: [Int] { lock.withLock { askedNetworks } }

  /// The own network's telling, every word with as many tenths off as its place times the network's number, and the map
  /// so many columns further to the right.
  func recited(
    _ text: String, byNetwork network: Int, of path: FilePath, for photo: EncodedPhoto, maps: MapChoice,
    isCancelled: () -> Bool
  ) throws -> Caption {
    lock.withLock { askedNetworks.append(network) }
    if broken.contains(network) { throw Failure(description: "w\(network).safetensors: not a gaze weights file") }
    let words = text.split(separator: " ").enumerated().map { place, word in
      let own = Self.word(String(word), at: place, seed: 3, DecodingSettings())
      return CaptionWord(
        word: own.word, token: own.token, probability: own.probability,
        logProbability: own.logProbability - Float(place * network) / 10,
        attention: network == 0 ? own.attention : Self.spot(row: 4, column: Float((place + network) % 8)),
        alternatives: own.alternatives)
    }
    return Caption(
      words: words, logProbability: words.reduce(-0.5) { $0 + $1.logProbability }, finished: true,
      settings: DecodingSettings(mode: .greedy, samples: 1), isRecited: true,
      maps: CaptionMaps(maps, layers: self.maps.layers, heads: self.maps.heads))
  }

  private static let subjects = ["dog", "brown dog", "small child", "man in a red jacket", "black and white dog"]
  private static let verbs = ["runs", "jumps", "is standing", "plays", "walks"]
  private static let places = ["through the grass", "on the beach", "in front of a crowd", "over a log", "in the snow"]

  static func caption(seed: UInt64, settings: DecodingSettings) -> Caption {
    let pick = Int((seed &* 7 &+ UInt64(settings.topK)) % 5)
    let start = settings.prefix.map { $0.text + " " } ?? ""
    let text = start + "a \(subjects[pick]) \(verbs[(pick + Int(seed)) % 5]) \(places[(pick * 3 + Int(seed)) % 5])"
    let words = text.split(separator: " ").enumerated().map {
      word(String($0.element), at: $0.offset, seed: seed, settings)
    }
    var own = settings
    (own.seed, own.samples) = (seed, 1)
    return Caption(
      words: words, logProbability: words.reduce(-0.5) { $0 + $1.logProbability }, finished: true, settings: own)
  }

  private static func word(_ text: String, at index: Int, seed: UInt64, _ settings: DecodingSettings) -> CaptionWord {
    let others = ["dog", "the", "cat", "runs", "blue", "two", "people", "field", "ball", "water"].filter { $0 != text }
    let chances = (0..<min(settings.topK, 10)).map { pow(0.55, Float($0) / settings.temperature) }
    let sum = chances.reduce(0, +)
    let place = (index + Int(seed)) % max(1, min(3, chances.count))
    let alternatives = chances.indices.map { i in
      WordAlternative(
        word: i == place ? text : others[i % others.count], token: i == place ? 1 : 10 + i,
        probability: chances[i] / sum)
    }
    return CaptionWord(
      word: text, token: 1, probability: chances[place] / sum, logProbability: log(chances[place] / sum) - 0.1,
      attention: spot(row: Float(1 + (index * 2 + Int(seed)) % 6), column: Float(1 + index % 7)),
      alternatives: alternatives)
  }

  /// Attention around a place.
  static func spot(row: Float, column: Float) -> AttentionMap {
    let raw = (0..<64).map { cell -> Float in
      let (r, c) = (Float(cell / 8) - row, Float(cell % 8) - column)
      return exp(-(r * r + c * c) / 2.5)
    }
    let sum = raw.reduce(0, +)
    return AttentionMap(rows: 8, columns: 8, values: raw.map { $0 / sum })
  }
}
