import Captioning
import Files
import SystemPackage

/// The user's words for an image that are not written beside it.
package struct UnwrittenEdit: Sendable, Equatable {
  /// The image's path.
  let image: FilePath
  let text: String
  /// What they are instead of.
  let source: String
}

/// Captions made so far, how the next are drawn, and what draws them.
struct Captions: Sendable {
  static let beamWidth = 5
  static let temperatures: ClosedRange<Float> = 0.1...5
  static let largestTopK = 1000
  static let mostSamples = 50

  /// The weights.
  enum Engine: Sendable, Equatable {
    case loading
    case ready(WeightsIdentity)
    case failed(String)
  }

  /// Captions being made.
  struct Work: Sendable, Equatable {
    let job: CaptionJob
    var stage: CaptionStage
  }

  var settings: DecodingSettings
  var engine = Engine.loading
  private(set) var work: Work?
  /// By the photos' paths.
  private(set) var records: [FilePath: CaptionRecord] = [:]
  /// How often records were changed.
  private(set) var changes = 0
  /// Whether the likeliest captions come first.
  private(set) var isRanked = false

  init(settings: DecodingSettings) { self.settings = settings }

  /// The captions of a photo.
  subscript(path: FilePath) -> CaptionRecord? { records[path] }

  // MARK: - Records

  /// Puts captions in place of a photo's; they are ranked as all are.
  mutating func put(_ record: CaptionRecord, for path: FilePath) {
    records[path] = record
    records[path]?.rank(isRanked)
    changes += 1
  }

  /// The user's words that are not written yet, by photo.
  var unwritten: [UnwrittenEdit] {
    records.compactMap { path, record in
      record.unwritten.flatMap { entry in
        entry.edit.map { UnwrittenEdit(image: path, text: $0.text, source: entry.sourceText) }
      }
    }.sorted { FileName.text($0.image) < FileName.text($1.image) }
  }

  /// Changes a photo's captions, if it has some.
  mutating func change(_ path: FilePath, _ change: (inout CaptionRecord) -> Void) {
    guard var record = records.removeValue(forKey: path) else { return }
    change(&record)
    records[path] = record
    changes += 1
  }

  mutating func toggleRanking() {
    isRanked.toggle()
    for path in records.keys { records[path]?.rank(isRanked) }
  }

  // MARK: - Work

  func isWorking(on path: FilePath) -> Bool { work?.job.path == path }

  /// Begins a job in place of the one that goes on. A photo that is being encoded stays at that; only what follows
  /// changes.
  mutating func begin(_ job: CaptionJob) {
    let stage = work.flatMap { $0.job.path == job.path ? $0.stage : nil }
    work = Work(job: job, stage: stage ?? (records[job.path] == nil ? .encoding : .decoding))
  }

  mutating func reach(_ stage: CaptionStage, on path: FilePath) { if isWorking(on: path) { work?.stage = stage } }

  /// - Returns: whether this was what was worked on. Results of settings that have changed since are not: newer ones are
  ///   on their way.
  mutating func end(_ job: CaptionJob) -> Bool {
    guard work?.job == job else { return false }
    work = nil
    return true
  }
}
