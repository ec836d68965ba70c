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
    let share = RankShare(rank: ranks.rank, count: ranks.count)
    let wanted =
      training.photos.indices.filter(share.owns).map { training.photos[$0].path }.map {
        FeatureCache.Wanted(path: $0, views: PhotoView.views(of: $0, options: options))
      } + (ranks.rank == 0 ? validation.photos.map { FeatureCache.Wanted(path: $0.path, views: [.whole]) } : [])
    var weights = FileWeights(file: file)
    let encoder = try ImageEncoder(frozen.description, weights: &weights)
    let isWhole = try cache.encode(wanted, with: encoder, shouldStop: shouldStop, report: report)
    if ranks.any(!isWhole) { return false }
    let features = try cache.reader(of: wanted)
    cachedFeatures = features
    if ranks.count > 1 { rankShare = tellUnreadable(share, features) }
    return true
  }

  /// Has all ranks know which photos their ranks cannot read.
  private func tellUnreadable(_ share: RankShare, _ features: CachedFeatures) -> RankShare {
    let own = training.photos.indices.map { share.owns($0) && !features.contains(training.photos[$0].path) }
    let all = ranks.sums(own.map { $0 ? 1 : 0 })
    var share = share
    share.unreadable = Set(all.indices.filter { all[$0] > 0 })
    return share
  }

  /// - Throws: where several ranks cannot do together what the run does.
  func checkRanks() throws {
    if ranks.count == 1 { return }
    guard options.frozenEncoder != nil, options.selfCritical == nil, loneSentences.isEmpty else {
      throw CaptioningError.training(
        "\(ranks.count) ranks: expected a run on people's captions over a frozen encoder (--freeze-encoder)")
    }
  }
}
