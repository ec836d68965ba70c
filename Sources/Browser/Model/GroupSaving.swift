import PhotoLibrary
import SystemPackage

/// Captions being written together, one after another, or such writing being taken back or done again.
struct GroupSaving: Sendable {
  enum Work: Sendable, Equatable { case writing, undoing, redoing }

  let work: Work
  let total: Int
  /// What is to be written or changed next is last.
  private(set) var waiting: [Effect]
  /// The photo whose files are being changed.
  private(set) var current: FilePath?
  /// What was written so far.
  private(set) var changes: [SidecarChange] = []
  /// Text files that are there already and say something else.
  private(set) var kept: [String] = []
  /// Why files could not be written.
  private(set) var failures: [String] = []

  init(_ work: Work, _ effects: [Effect]) {
    (self.work, total, waiting) = (work, effects.count, effects.reversed())
  }

  /// Takes what is to be done next.
  mutating func next() -> Effect? {
    let next = waiting.popLast()
    switch next {
    case .writeSidecar(let request): current = request.photo
    case .changeSidecar(let change, _): current = change.photo
    default: current = nil
    }
    return next
  }

  /// Does nothing more after what goes on now.
  mutating func stop() { waiting = [] }

  mutating func note(_ outcome: SidecarOutcome) {
    switch outcome {
    case .wrote(_, _, let change): changes.append(change)
    case .changed(let change, _, _, _): changes.append(change)
    case .exists(_, let name, _): kept.append(name)
    case .failed(_, let reason): failures.append(reason)
    }
  }

  /// What goes on.
  var verb: String {
    switch work {
    case .writing: "writing"
    case .undoing: "undoing"
    case .redoing: "doing again"
    }
  }

  /// How many files have been reached.
  var reached: Int { total - waiting.count }
}
