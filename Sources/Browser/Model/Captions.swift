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

  package init(image: FilePath, text: String, source: String) {
    (self.image, self.text, self.source) = (image, text, source)
  }
}

/// Captions made so far, how the next are drawn, and what draws them.
struct Captions: Sendable {
  static let beamWidth = 5
  static let temperatures: ClosedRange<Float> = 0.1...5
  /// In settings that are kept, and while nobody knows how many words the network has.
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
    /// How much of slow work is done, in [0, 1]; nil where nobody says.
    var share: Double?
  }

  var settings: DecodingSettings
  /// Which maps words have, or are given once nothing else is being done.
  var maps = MapChoice()
  /// What was last asked for to give them: not asked again when it failed or was stopped.
  var lastRetelling: CaptionJob?
  var engine = Engine.loading
  /// How many words the network knows; nil while its weights are not there.
  var words: Int?
  private(set) var work: Work?
  /// Photos captioned one after another; nil where none were asked for or all are done.
  var queue: CaptionQueue?
  /// Why photos could not be captioned, by their paths.
  private(set) var failures: [FilePath: String] = [:]
  /// Photos captioned in a queue whose captions are not written.
  private(set) var queued: Set<FilePath> = []
  /// By the photos' paths.
  private(set) var records: [FilePath: CaptionRecord] = [:]
  /// Photos with words of the user's that are not written.
  private var unwrittenPaths: Set<FilePath> = []
  /// How often records were changed.
  private(set) var changes = 0
  /// Whether the likeliest captions come first.
  private(set) var isRanked = false

  /// From how many likeliest words can be drawn.
  var topKs: ClosedRange<Int> { 1...(words ?? Self.largestTopK) }

  init(settings: DecodingSettings) { self.settings = settings }

  /// The captions of a photo.
  subscript(path: FilePath) -> CaptionRecord? { records[path] }

  // MARK: - Records

  /// Puts captions in place of a photo's; they are ranked as all are.
  mutating func put(_ record: CaptionRecord, for path: FilePath) {
    records[path] = record
    records[path]?.rank(isRanked)
    noteChange(of: path)
  }

  private mutating func noteChange(of path: FilePath) {
    changes += 1
    if records[path]?.unwritten == nil { unwrittenPaths.remove(path) } else { unwrittenPaths.insert(path) }
  }

  /// The user's words that are not written yet, by photo.
  var unwritten: [UnwrittenEdit] {
    unwrittenPaths.compactMap { path in
      records[path]?.unwritten.flatMap { entry in
        entry.edit.map { UnwrittenEdit(image: path, text: $0.text, source: entry.sourceText) }
      }
    }.sorted { FileName.text($0.image) < FileName.text($1.image) }
  }

  /// Changes a photo's captions, if it has some.
  mutating func change(_ path: FilePath, _ change: (inout CaptionRecord) -> Void) {
    guard var record = records.removeValue(forKey: path) else { return }
    change(&record)
    records[path] = record
    noteChange(of: path)
  }

  mutating func toggleRanking() {
    isRanked.toggle()
    for path in records.keys { records[path]?.rank(isRanked) }
  }

  // MARK: - Work

  /// What the user asked for by itself, not with many.
  var asked: Work? { work.flatMap { $0.job.isQueued ? nil : $0 } }

  func isWorking(on path: FilePath) -> Bool { work?.job.path == path }

  /// Begins a job in place of the one that goes on. A photo that is being encoded stays at that; only what follows
  /// changes.
  mutating func begin(_ job: CaptionJob) {
    if let before = work?.job, before.isQueued, before.path != job.path { queue?.putBack(before.path) }
    let stage = work.flatMap { $0.job.path == job.path ? $0.stage : nil }
    work = Work(job: job, stage: stage ?? (records[job.path] == nil ? .encoding : .decoding))
  }

  mutating func reach(_ stage: CaptionStage, on path: FilePath) {
    guard isWorking(on: path), let job = work?.job else { return }
    work = Work(job: job, stage: stage)
  }

  mutating func note(_ share: Double, on path: FilePath) { if isWorking(on: path) { work?.share = share } }

  /// - Returns: whether this was what was worked on. Results of settings that have changed since are not: newer ones are
  ///   on their way.
  mutating func end(_ job: CaptionJob) -> Bool {
    guard work?.job == job else { return false }
    work = nil
    return true
  }

  /// Notes why a photo could not be captioned or, with nil, that it can be.
  mutating func noteFailure(_ reason: String?, of path: FilePath) { failures[path] = reason }

  /// Notes that a photo was captioned in a queue, or that its caption is written.
  mutating func noteQueued(_ path: FilePath, isWritten: Bool) {
    if isWritten { queued.remove(path) } else { queued.insert(path) }
  }

  /// A photo's captions and whether they are to be written, as they are before others come in their place.
  func replaceable(_ path: FilePath) -> ReplacedCaptions.Captions? {
    records[path].map { ReplacedCaptions.Captions(record: $0, isUnwritten: queued.contains(path)) }
  }

  /// Stops the queue; what is being captioned for it is put back.
  /// - Returns: whether that has to be cancelled.
  mutating func stopQueue() -> Bool {
    queue?.stop()
    guard let job = work?.job, job.isQueued else { return false }
    work = nil
    queue?.putBack(job.path)
    return true
  }
}
