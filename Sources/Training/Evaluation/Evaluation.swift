import Captioning
import Raster
import SystemPackage

/// Captions a set of photos, so that the captions can be scored against human ones.
///
/// A photo that cannot be read or captioned does not keep the others.
public struct Evaluation {
  /// What is told while it goes on.
  public enum Event: Sendable, Equatable {
    /// A photo has its caption.
    case captioned(id: CocoID, text: String, done: Int, total: Int)
    /// A photo was left out; `reason` is one line.
    case failed(id: CocoID, reason: String, done: Int, total: Int)
  }

  /// A photo's caption beside the human ones.
  public struct Entry: Sendable, Equatable {
    public let id: CocoID
    public let caption: String
    public let references: [String]
  }

  public struct Outcome: Sendable, Equatable {
    /// In the order of the set.
    public var entries: [Entry] = []
    /// One line for each photo left out.
    public var failures: [String] = []
    /// Whether all photos were reached.
    public var isComplete = true

    /// The metrics over the photos that have a caption; nil when none has.
    public var scores: CaptionScores? {
      entries.isEmpty
        ? nil : CaptionMetrics.score(candidates: entries.map(\.caption), references: entries.map(\.references))
    }
  }

  public let set: EvaluationSet
  private let load: (FilePath) throws -> PixelImage
  private let caption: (PixelImage, () -> Bool) throws -> String

  /// - Parameters:
  ///   - set: the photos, with what people said of them.
  ///   - load: reads one photo; called once for each, in their order, so that a caller may read ahead.
  ///   - caption: captions a photo, and throws `CancellationError` soon after its second argument turned true.
  public init(
    _ set: EvaluationSet, load: @escaping (FilePath) throws -> PixelImage = { try ImageDecoder.decode(path: $0) },
    caption: @escaping (PixelImage, () -> Bool) throws -> String
  ) {
    self.set = set
    self.load = load
    self.caption = caption
  }

  /// Captions with a network, one caption a photo: the first of those `settings` would draw.
  public init(
    _ set: EvaluationSet, captioner: Captioner, settings: DecodingSettings,
    load: @escaping (FilePath) throws -> PixelImage = { try ImageDecoder.decode(path: $0) }
  ) {
    var one = settings
    one.samples = 1
    self.init(set, load: load) { [one] photo, isCancelled in
      let image = try captioner.encode(photo, isCancelled: isCancelled)
      return try captioner.captions(for: image, settings: one, isCancelled: isCancelled)[0].text
    }
  }

  /// Captions the photos one after another.
  /// - Parameters:
  ///   - shouldStop: asked often; when true the current photo is dropped and the run ends with those before it.
  ///   - report: called from this thread.
  public func run(shouldStop: () -> Bool = { false }, report: (Event) -> Void = { _ in }) -> Outcome {
    var outcome = Outcome()
    let total = set.photos.count
    let course = set.forEach(load: load, shouldStop: shouldStop) { photo, image, done in
      let text = try caption(image, shouldStop)
      outcome.entries.append(Entry(id: photo.id, caption: text, references: photo.references))
      report(.captioned(id: photo.id, text: text, done: done, total: total))
    } failed: { photo, reason, done in
      report(.failed(id: photo.id, reason: reason, done: done, total: total))
    }
    (outcome.failures, outcome.isComplete) = (course.failures, course.isComplete)
    return outcome
  }
}
