import Captioning
import PhotoLibrary
import SystemPackage

/// What `u` brings back, or `U` does again.
struct UndoStep: Sendable, Equatable {
  enum Change: Sendable, Equatable {
    /// The captions of a photo and the settings; nil captions stand for none.
    case captions(CaptionRecord?, DecodingSettings)
    /// The captions of several photos.
    case manyCaptions(ReplacedCaptions)
    /// The files beside a photo.
    case sidecar(SidecarChange)
    /// The files beside several photos.
    case sidecars([SidecarChange])
  }

  let label: String
  let path: FilePath?
  let change: Change

  /// How many photos' captions it holds.
  fileprivate var photos: Int {
    switch change {
    case .captions: 1
    case .manyCaptions(let replaced): replaced.count
    case .sidecar, .sidecars: 0
    }
  }
}

/// What was done and undone; both stacks hold what was done, not how it is taken back.
struct UndoHistory: Sendable, Equatable {
  private(set) var done: [UndoStep] = []
  private(set) var undone: [UndoStep] = []

  private static let longest = 100
  /// The captions of more photos would fill the memory.
  private static let mostPhotos = CaptionQueue.mostPhotos

  /// Something new was done: what was undone no longer follows from what there is.
  mutating func remember(_ step: UndoStep) {
    done.append(step)
    while done.count > Self.longest || (done.count > 1 && done.reduce(0) { $0 + $1.photos } > Self.mostPhotos) {
      done.removeFirst()
    }
    undone = []
  }

  mutating func takeDone() -> UndoStep? { done.popLast() }
  mutating func takeUndone() -> UndoStep? { undone.popLast() }

  mutating func noteUndone(_ step: UndoStep) { undone.append(step) }
  mutating func noteDoneAgain(_ step: UndoStep) { done.append(step) }
}
