import Files
import SystemPackage

/// What a run reads and writes beside its weights; kept in its checkpoints, so that none of it need be told again.
public struct RunFiles: Equatable, Sendable {
  /// Folders of photos.
  public var images: [FilePath]
  /// COCO captions files to learn from, and to validate on; none where a teacher is learnt from.
  public var annotations: [FilePath]
  public var validation: [FilePath]
  /// Sentences of no photo.
  public var sentences: FilePath?
  /// What a larger network saw, or its weights.
  public var teacher: FilePath?
  public var teacherWeights: FilePath?
  /// The folder for the output of a frozen encoder; nil means that of the weights.
  public var cache: FilePath?
  public var log: FilePath?
  public var plot: FilePath?
  /// A note on the data and its terms.
  public var dataNote: String?
  public var checkpointSeconds: Int
  /// Steps between the weights that are kept beside the output, see `Trainer.frames`; nil keeps none.
  public var keepEvery: Int?

  public init(
    images: [FilePath], annotations: [FilePath] = [], validation: [FilePath] = [], sentences: FilePath? = nil,
    teacher: FilePath? = nil, teacherWeights: FilePath? = nil, cache: FilePath? = nil,
    log: FilePath? = nil, plot: FilePath? = nil, dataNote: String? = nil, checkpointSeconds: Int,
    keepEvery: Int? = nil
  ) {
    // A run may be taken up again from another folder.
    func absolute(_ path: FilePath) -> FilePath { Self.absolute(path) }
    self.images = images.map(absolute)
    self.annotations = annotations.map(absolute)
    self.validation = validation.map(absolute)
    self.sentences = sentences.map(absolute)
    self.teacher = teacher.map(absolute)
    self.teacherWeights = teacherWeights.map(absolute)
    self.cache = cache.map(absolute)
    self.log = log.map(absolute)
    self.plot = plot.map(absolute)
    self.dataNote = dataNote
    self.checkpointSeconds = checkpointSeconds
    self.keepEvery = keepEvery
  }

  /// A path as it is kept.
  public static func absolute(_ path: FilePath) -> FilePath {
    path.absolute(in: .current)
  }
}

/// Paths are kept as text that leads to them.
extension RunFiles: Codable {
  private enum Key: String, CodingKey {
    case images, annotations, validation, sentences, teacher, teacherWeights, cache, log, plot, dataNote,
      checkpointSeconds, keepEvery
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    func paths(_ key: Key) throws -> [FilePath] {
      try values.decode([String].self, forKey: key).map { FileName.path($0) }
    }
    func path(_ key: Key) throws -> FilePath? {
      try values.decodeIfPresent(String.self, forKey: key).map { FileName.path($0) }
    }
    (images, annotations, validation) = try (paths(.images), paths(.annotations), paths(.validation))
    (sentences, cache) = try (path(.sentences), path(.cache))
    (teacher, teacherWeights) = try (path(.teacher), path(.teacherWeights))
    (log, plot) = try (path(.log), path(.plot))
    dataNote = try values.decodeIfPresent(String.self, forKey: .dataNote)
    checkpointSeconds = try values.decode(Int.self, forKey: .checkpointSeconds)
    keepEvery = try values.decodeIfPresent(Int.self, forKey: .keepEvery)
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    for (key, paths) in [(Key.images, images), (.annotations, annotations), (.validation, validation)] {
      try values.encode(paths.map { FileName.text($0) }, forKey: key)
    }
    let single = [
      (Key.sentences, sentences), (.teacher, teacher), (.teacherWeights, teacherWeights), (.cache, cache), (.log, log),
      (.plot, plot),
    ]
    for (key, path) in single { try values.encodeIfPresent(path.map { FileName.text($0) }, forKey: key) }
    try values.encodeIfPresent(dataNote, forKey: .dataNote)
    try values.encode(checkpointSeconds, forKey: .checkpointSeconds)
    try values.encodeIfPresent(keepEvery, forKey: .keepEvery)
  }
}
