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
    let folder =
      ranks.count == 1 ? cacheFolder : cacheFolder.appending("rank-\(ranks.rank)-of-\(ranks.count)")
    let paths = FeatureCache.paths(folder: folder, encoder: digest)
    cachePaths = [paths.data, paths.index]
    let cache = try FeatureCache(folder: folder, encoder: digest, description: frozen.description)
    let share = RankShare(ranks, batch: options.photosPerStep)
    let wanted =
      training.photos.filter { share.owns($0.number) }.map(\.path).map {
        FeatureCache.Wanted(path: $0, views: PhotoView.views(of: $0, options: options))
      } + (ranks.rank == 0 ? validation.photos.map { FeatureCache.Wanted(path: $0.path, views: [.whole]) } : [])
    var weights = FileWeights(file: file)
    let encoder = try ImageEncoder(frozen.description, weights: &weights)
    let isWhole = try cache.encode(wanted, with: encoder, shouldStop: shouldStop, report: report)
    if ranks.any(!isWhole) { return false }
    cachedFeatures = try cache.reader(of: wanted)
    return true
  }

  /// A rank's part of a batch with its sentences as a part of all: those of photos that other ranks could not read are left
  /// out of the whole.
  func agreed(_ batch: TrainingBatch) throws -> TrainingBatch {
    guard let part = batch.part else { return batch }
    // Those after the captioned photos are views for a teacher.
    try matching?.viewMaker(rankShare).check(batch.failures.filter { $0.key >= batch.photos }.map(\.value))
    var isUnread = [Double](repeating: 0, count: part.count)
    for (index, place) in part.places.enumerated() where batch.indices[index] == nil { isUnread[place] = 1 }
    let unread = ranks.sums(isUnread)
    let sentences = part.sentences.enumerated().flatMap { place, sentences in
      unread[place] > 0 ? sentences.map { _ in [] } : sentences
    }
    var batch = batch
    batch.sentences = options.batch(sentences).mirroring(batch.sentences.mirrored)
      .part(part.places, of: part.count)
    return batch
  }
}
