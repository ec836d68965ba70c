import Captioning

/// A question asked before something the user wrote is lost.
struct Confirmation: Sendable, Equatable {
  /// What is done when the answer is yes.
  enum Deed: Sendable, Equatable {
    /// Draws new captions in place of edited ones.
    case draw(DecodingSettings, label: String)
    /// Writes over the sidecar of a photo.
    case replaceSidecar(photo: String)
  }

  let question: String
  let deed: Deed

  /// The keys that answer, and what each does.
  var answers: [(key: String, meaning: String)] {
    switch deed {
    case .draw: [("y", "yes"), ("n", "no"), ("p", "keep it, pinned")]
    case .replaceSidecar: [("y", "yes"), ("n", "no")]
    }
  }
}

extension BrowserModel {
  /// Asks before the selected photo's edited captions are drawn over.
  mutating func confirmDrawing(_ settings: DecodingSettings, _ label: String) {
    prompt = .confirm(
      Confirmation(question: "Draw over your edit?", deed: .draw(settings, label: label)))
  }

  /// Takes the answer; any key that is none leaves everything as it was.
  mutating func answer(_ confirmation: Confirmation, _ character: Character?) -> [Effect] {
    prompt = nil
    switch (confirmation.deed, character?.lowercased()) {
    case (.draw(let settings, let label), "y"):
      remember(label)
      if let photo { records[photo.path]?.dropEdits() }
      return draw(settings)
    case (.draw(let settings, let label), "p"):
      remember(label)
      if let photo { records[photo.path]?.pinEdits() }
      return draw(settings)
    // Who presses w a second time means it.
    case (.replaceSidecar(let path), "y"), (.replaceSidecar(let path), "w"):
      return photo?.path == path ? writeSidecar(replaces: true) : []
    default:
      inform("left as it was")
      return []
    }
  }
}
