import Captioning
import PhotoLibrary
import SystemPackage
import Terminal

/// What the last line of the screen asks: a line being typed, and what for, or a question.
enum Prompt: Sendable, Equatable {
  /// A search that began at a photo.
  case search(LineEditor, from: Int)
  case edit(CaptionEdit)
  case number(NumberSetting, LineEditor)
  /// A question that a key answers.
  case confirm(Confirmation)
  /// A sentence for the network to recite.
  case say(LineEditor)
  /// Another word in the place of one.
  case branch(BranchChoice)
  /// Cells to be hidden.
  case hide(HidingChoice)
}

/// The user's words for a caption, being typed.
struct CaptionEdit: Sendable, Equatable {
  /// The photo.
  let path: FilePath
  let subject: Subject
  var editor: LineEditor

  /// What is rewritten.
  enum Subject: Sendable, Equatable {
    /// One of the photo's captions.
    case caption(CaptionRecord.Entry.ID)
    /// What its sidecar says, while there are no captions.
    case sidecar(SidecarText)
  }
}

/// A question asked before much is done or something the user wrote is lost, or what is wanted.
struct Confirmation: Sendable, Equatable {
  /// What is done when the answer is yes.
  enum Action: Sendable, Equatable {
    /// Draws a photo's captions anew in place of edited ones.
    case draw(photo: FilePath, DecodingSettings, label: String)
    /// Writes over the sidecar of a photo.
    case replaceSidecar(photo: FilePath)
    /// Captions photos one after another.
    case captionAll([FilePath], redraws: Bool)
    /// Writes captions beside their photos.
    case writeAll([SidecarWriteRequest])
    /// Shows some of the photos.
    case filter
    /// Writes over files of an earlier export.
    case replaceExport(ExportRequest)
    /// Leaves the program, with edits that are not written.
    case leave
    /// Takes back edits that an earlier run of the program did not write.
    case recover([UnwrittenEdit])
  }

  let question: String
  let action: Action

  /// The keys that answer, what each does, and what they are called.
  var answers: [(key: String, meaning: String, press: Key)] {
    let answers: [(Key, String)] =
      switch action {
      case .draw: [("y", "yes"), ("n", "no"), ("p", "keep it, pinned")]
      case .replaceSidecar, .replaceExport, .captionAll, .writeAll: [("y", "yes"), ("n", "no")]
      case .filter: (PhotoFilter.allCases.dropFirst() + [.all]).map { (.character($0.key), $0.rawValue) }
      case .leave: [("w", "write and leave"), ("l", "leave them"), ("n", "stay")]
      // No key that means no: what is forgotten cannot be brought back.
      case .recover: [("y", "take them back"), ("f", "forget them"), (.escape, "later")]
      }
    return answers.map { ($0.0.label, $0.1, $0.0) }
  }
}
