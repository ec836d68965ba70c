import Files
import Foundation

/// What a run reads and writes beside its weights; kept in its checkpoints, so that none of it need be told again.
public struct RunFiles: Codable, Equatable, Sendable {
  /// Folders of photos.
  public var images: [String]
  /// COCO captions files to learn from, and to validate on; none where a teacher is learnt from.
  public var annotations: [String]
  public var validation: [String]
  /// Sentences of no photo.
  public var sentences: String?
  /// What a larger network saw.
  public var teacher: String?
  /// The folder for the output of a frozen encoder; nil means that of the weights.
  public var cache: String?
  public var log: String?
  public var plot: String?
  /// A note on the data and its terms.
  public var dataNote: String?
  public var checkpointSeconds: Int

  public init(
    images: [String], annotations: [String] = [], validation: [String] = [], sentences: String? = nil,
    teacher: String? = nil,
    cache: String? = nil, log: String? = nil, plot: String? = nil, dataNote: String? = nil, checkpointSeconds: Int
  ) {
    // A run may be taken up again from another folder.
    func absolute(_ path: String) -> String { Self.absolute(path) }
    self.images = images.map(absolute)
    self.annotations = annotations.map(absolute)
    self.validation = validation.map(absolute)
    self.sentences = sentences.map(absolute)
    self.teacher = teacher.map(absolute)
    self.cache = cache.map(absolute)
    self.log = log.map(absolute)
    self.plot = plot.map(absolute)
    self.dataNote = dataNote
    self.checkpointSeconds = checkpointSeconds
  }

  /// A path as it is kept.
  public static func absolute(_ path: String) -> String {
    FileName.absolute(path, in: FileManager.default.currentDirectoryPath)
  }
}
