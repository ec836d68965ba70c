import Captioning
import Files
import Foundation
import WeightFiles

/// What a run learns from.
extension Trainer {
  /// - Throws: where sentences are asked for and there are none, or the other way round.
  static func check(_ loneSentences: [String], _ options: TrainingOptions) throws {
    if loneSentences.isEmpty != (options.sentencesPerStep == 0) {
      throw CaptioningError.badOption(
        "sentences a step: \(options.sentencesPerStep), but there are \(loneSentences.count) to draw them from")
    }
  }

  /// - Throws: where a teacher is asked for and there is none, or the other way round.
  static func check(_ teacher: DistillationData?, _ options: TrainingOptions) throws {
    guard (teacher == nil) == (options.functionMatching == nil) else {
      throw CaptioningError.badOption(
        teacher == nil ? "a teacher: the run learns from one, and none is given" : "a teacher: the run learns from none"
      )
    }
  }

  /// A fingerprint of the photos' names and captions and of the sentences.
  static func digest(_ photos: PhotoSet, _ loneSentences: [String]) -> String {
    let names = photos.photos.map {
      FileName.name($0.path) + "\t" + $0.captions.joined(separator: "\t")
    }
    return Array((names + loneSentences).joined(separator: "\n").utf8).withUnsafeBytes { Digest.sha256($0) }
  }

  /// Encodes what is not in the cache yet.
  /// - Returns: whether all is there now.
  func encodePhotos(
    _ frozen: FrozenEncoder, _ shouldStop: () -> Bool, _ report: (TrainingEvent) -> Void
  ) throws -> Bool {
    let file = try frozen.open()
    let digest = try file.encoderDigest(frozen.description)
    let paths = FeatureCache.paths(folder: cacheFolder, encoder: digest)
    cachePaths = [paths.data, paths.index]
    let cache = try FeatureCache(folder: cacheFolder, encoder: digest, description: frozen.description)
    let wanted =
      training.photos.map { FeatureCache.Wanted(path: $0.path, views: PhotoView.views(of: $0.path, options: options)) }
      + validation.photos.map { FeatureCache.Wanted(path: $0.path, views: [.whole]) }
    var weights = FileWeights(file: file)
    let encoder = try ImageEncoder(frozen.description, weights: &weights)
    guard try cache.encode(wanted, with: encoder, shouldStop: shouldStop, report: report) else { return false }
    cachedFeatures = try cache.reader(of: wanted)
    return true
  }
}
