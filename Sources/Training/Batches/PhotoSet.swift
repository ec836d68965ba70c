import Captioning
import Foundation
import Raster
import SystemPackage

/// A photo to learn from.
public struct TrainingPhoto: Sendable, Equatable {
  /// Its place among the photos that the annotations describe, those that cannot be found among them.
  let number: Int
  /// Where it was found; on another rank than its own, where it might be.
  public let path: FilePath
  /// Captions to learn from, as written.
  public let captions: [String]
  /// All captions people gave it, the ones above first: what generated captions are scored against.
  public let references: [String]
  /// The same from `<start>` to `<end>`, at most `PhotoSet.longestSentence` tokens.
  let sentences: [[Int]]
}

/// Photos with their captions as tokens, found on disk.
public struct PhotoSet: Sendable {
  public let photos: [TrainingPhoto]
  /// The photos of each annotations file, by their places.
  public let files: [Range<Int>]
  /// File names that annotations speak of and no folder holds, or that are no images.
  public let missing: [String]

  /// 64 words and the two marks.
  static let longestSentence = 66

  public var captionCount: Int { photos.reduce(0) { $0 + $1.captions.count } }

  /// - Parameters:
  ///   - annotations: COCO caption files.
  ///   - folders: where their photos are; the first folder that has a file wins.
  ///   - vocabulary: makes tokens of the captions.
  ///   - captionsPerPhoto: only the first so many captions are used.
  ///   - ranks: processes that share the photos; each looks for its own alone, and all make the same set.
  ///   - batch: photos a step, which says whose a photo is; those of a set that rank 0 has alone are shared by 1.
  public init(
    annotations: [CocoAnnotations], folders: [FilePath], vocabulary: Vocabulary, captionsPerPhoto: Int = .max,
    ranks: any RankGroup = SingleRank(), batch: Int = 1
  ) {
    let described = annotations.map { $0.photos.filter { !$0.captions.isEmpty } }
    let share = RankShare(ranks, batch: batch)
    let found = described.joined().enumerated().map { number, photo in
      share.owns(number) ? photo.paths(in: folders).first { (try? ImageDecoder.size(path: $0)) != nil } : nil
    }
    let isThere = ranks.sums(found.map { $0 == nil ? 0 : 1 })
    var photos: [TrainingPhoto] = []
    var missing: [String] = []
    var files: [Range<Int>] = []
    var number = 0
    for file in described {
      let first = photos.count
      for photo in file {
        defer { number += 1 }
        guard isThere[number] > 0, let path = found[number] ?? photo.paths(in: folders).first else {
          missing.append(photo.fileName)
          continue
        }
        let captions = Array(photo.captions.prefix(captionsPerPhoto))
        photos.append(
          TrainingPhoto(
            number: number, path: path, captions: captions, references: photo.captions,
            sentences: captions.map { Self.sentence($0, vocabulary) }))
      }
      files.append(first..<photos.count)
    }
    self.photos = photos
    self.files = files
    self.missing = missing
  }

  /// A caption from `<start>` to `<end>`, at most `longestSentence` tokens.
  static func sentence(_ caption: String, _ vocabulary: Vocabulary) -> [Int] {
    let tokens = vocabulary.tokens(caption)
    return tokens.count <= longestSentence ? tokens : tokens.prefix(longestSentence - 1) + [vocabulary.endToken]
  }
}
