/// A search of names and captions.
enum Search: Sendable, Equatable {
  case none
  /// Names with this text are marked; n and N go to the next.
  case settled(String)
  /// Nothing was found while names and sidecars were still being read: it goes on by itself until a key is pressed.
  case awaiting(PendingMatch)

  /// What is searched; empty when nothing is.
  var text: String {
    switch self {
    case .none: ""
    case .settled(let text): text
    case .awaiting(let match): match.text
    }
  }

  init(_ text: String) { self = text.isEmpty ? .none : .settled(text) }

  /// Waits for nothing any more.
  mutating func settle() { self = Search(text) }
}

/// The match a search goes to.
struct PendingMatch: Sendable, Equatable {
  let text: String
  let isForward: Bool
  /// Where to begin, counted from the selected photo.
  let offset: Int
}
