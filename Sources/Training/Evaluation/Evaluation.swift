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
  private let caption: (FilePath) throws -> String

  /// - Parameters:
  ///   - set: the photos, with what people said of them.
  ///   - caption: reads and captions a photo, and throws `CancellationError` where it was stopped; called once for each, in
  ///     their order, so that a caller may work ahead.
  public init(_ set: EvaluationSet, caption: @escaping (FilePath) throws -> String) {
    (self.set, self.caption) = (set, caption)
  }

  /// A network's caption of a photo: the first of those `settings` would draw.
  /// - Throws: `CancellationError` soon after `isCancelled` turned true.
  public static func caption(
    _ photo: PixelImage, with captioner: Captioner, _ settings: DecodingSettings, isCancelled: () -> Bool = { false }
  ) throws -> String {
    var one = settings
    one.samples = 1
    let image = try captioner.encode(photo, isCancelled: isCancelled)
    return try captioner.captions(for: image, settings: one, isCancelled: isCancelled)[0].text
  }

  /// Captions the photos one after another.
  /// - Parameters:
  ///   - shouldStop: asked before every photo; when true the run ends with those before it.
  ///   - report: called from this thread.
  public func run(shouldStop: () -> Bool = { false }, report: (Event) -> Void = { _ in }) -> Outcome {
    var outcome = Outcome()
    let total = set.photos.count
    let course = set.forEach(load: caption, shouldStop: shouldStop) { photo, text, done in
      outcome.entries.append(Entry(id: photo.id, caption: text, references: photo.references))
      report(.captioned(id: photo.id, text: text, done: done, total: total))
    } failed: { photo, reason, done in
      report(.failed(id: photo.id, reason: reason, done: done, total: total))
    }
    (outcome.failures, outcome.isComplete) = (course.failures, course.isComplete)
    return outcome
  }
}
