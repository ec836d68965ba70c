import Captioning
import SystemPackage

/// A photo to caption and what people said of it.
public struct EvaluationPhoto: Sendable, Equatable {
  /// The photo's id in the annotations.
  public let id: CocoID
  /// Where it is looked for; it may turn out not to be there.
  public let path: FilePath
  /// At least one human caption.
  public let references: [String]

  public init(id: CocoID, path: FilePath, references: [String]) {
    self.id = id
    self.path = path
    self.references = references
  }
}

/// Photos to caption and what people said of each.
public struct EvaluationSet: Sendable, Equatable {
  public let photos: [EvaluationPhoto]

  public init(_ photos: [EvaluationPhoto]) { self.photos = photos }

  /// The annotated photos, in the order of the annotations; those that nobody described are left out.
  ///
  /// - Parameters:
  ///   - annotations: captions, and the photos they are of.
  ///   - folders: where the photos with names that are not absolute are; the first folder that has a file wins.
  ///   - limit: only the first so many; nil means all.
  ///   - exists: whether there is a file at a path.
  public init(_ annotations: CocoAnnotations, folders: [FilePath], limit: Int? = nil, exists: (FilePath) -> Bool) {
    precondition(!folders.isEmpty, "photos need a folder to be looked for in")
    let described = annotations.photos.lazy.filter { !$0.captions.isEmpty }.prefix(limit ?? .max)
    photos = described.map { photo in
      let candidates = photo.paths(in: folders)
      return EvaluationPhoto(
        id: photo.id, path: candidates.first(where: exists) ?? candidates[0], references: photo.captions)
    }
  }
}

extension EvaluationSet {
  /// How going through the photos went.
  public struct Course: Sendable, Equatable {
    /// One line for each photo that failed.
    public var failures: [String] = []
    /// Whether all photos were reached.
    public var isComplete = true

    public init(failures: [String] = [], isComplete: Bool = true) {
      (self.failures, self.isComplete) = (failures, isComplete)
    }
  }

  /// Works on the photos one after another; one that fails does not keep the others.
  /// - Parameters:
  ///   - load: reads one photo, or what the work wants of it; called once for each, in their order, so that a caller may
  ///     work ahead.
  ///   - shouldStop: asked before every photo; work that throws `CancellationError` ends it as well.
  ///   - work: on what was loaded of a photo, and how many it and those before it are.
  ///   - failed: told of a photo that failed, and why in one line.
  public func forEach<Loaded>(
    load: (FilePath) throws -> Loaded, shouldStop: () -> Bool,
    work: (_ photo: EvaluationPhoto, _ loaded: Loaded, _ done: Int) throws -> Void,
    failed: (_ photo: EvaluationPhoto, _ reason: String, _ done: Int) -> Void = { _, _, _ in }
  ) -> Course {
    var course = Course()
    for (index, photo) in photos.enumerated() {
      do {
        if shouldStop() { throw CancellationError() }
        try work(photo, load(photo.path), index + 1)
      } catch is CancellationError {
        course.isComplete = false
        return course
      } catch {
        course.failures.append("\(error)")
        failed(photo, "\(error)", index + 1)
      }
    }
    return course
  }
}

extension TextCoding {
  /// The share of the captions' tokens that stand for words the network does not know, in [0, 1]; 0 when there are no words.
  public func unknownShare(of captions: some Sequence<String>) -> Double {
    var (words, unknown) = (0, 0)
    for caption in captions {
      // Without the marks of start and end.
      let tokens = tokens(caption).dropFirst(startTokens.count).dropLast()
      words += tokens.count
      unknown += tokens.count { isUnknown($0) }
    }
    return words == 0 ? 0 : Double(unknown) / Double(words)
  }
}
