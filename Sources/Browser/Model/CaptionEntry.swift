import Captioning
import Terminal

extension CaptionRecord {
  /// One caption.
  struct Entry: Sendable, Equatable, Identifiable {
    /// Where a caption came from.
    enum Source: Sendable, Equatable {
      /// The network drew it for this photo.
      case drawn(Caption)
      /// It was found, without the words' probabilities and maps: beside the photo, or as an edit that was never written.
      /// - `isHuman`: whether a person is known to have written it.
      case text(String, isHuman: Bool)
    }

    /// Where a caption stands among the others, and for how long.
    enum Origin: Int, Sendable {
      /// Kept by the user whatever is drawn after it.
      case pinned
      /// Drawn with the settings; the next ones take its place.
      case drawn
      /// What greedy and beam give, to compare with.
      case reference
    }

    /// The user's words.
    struct Edit: Sendable, Equatable {
      let text: String
      /// Whether it has been written beside the photo.
      var isWritten = false
    }

    /// The same for as long as the caption is kept; later captions have larger ones.
    let id: Int
    let source: Source
    var origin: Origin
    /// The user's text, where it is not the source's.
    var edit: Edit?
    /// Whether the photo has changed since: the caption's maps are of another picture.
    var isOutdated = false

    /// What the network drew; nil where it did not.
    var caption: Caption? { if case .drawn(let caption) = source { caption } else { nil } }

    /// The text without the user's changes.
    var sourceText: String {
      switch source {
      case .drawn(let caption): caption.text
      case .text(let text, _): text
      }
    }

    var text: String { edit?.text ?? sourceText }

    /// Whether a person wrote what it says.
    var isByHand: Bool {
      if case .text(_, isHuman: true) = source { return true }
      return edit != nil
    }

    /// Whether the user's words would be lost at the end.
    var isUnwritten: Bool { edit?.isWritten == false }

    /// What the sidecar said that this was made from.
    var foundText: String? { if case .text(let text, _) = source { text } else { nil } }

    /// The network's words, which have probabilities and attention.
    var drawnWords: [CaptionWord] { caption?.words ?? [] }

    /// The text word by word, safe to show.
    var shownWords: [String] {
      if edit == nil, let caption { return caption.words.map(\.word) }
      return TextWidth.safe(text).split(separator: " ").map(String.init)
    }

    /// Whether a caption is shown before another.
    func precedes(_ other: Self, isRanked: Bool) -> Bool {
      let isPinned = (origin == .pinned, other.origin == .pinned)
      if isPinned.0 != isPinned.1 { return isPinned.0 }
      if isRanked, !isPinned.0, likelihood != other.likelihood { return likelihood > other.likelihood }
      if !isRanked, origin != other.origin { return origin.rawValue < other.origin.rawValue }
      return id < other.id
    }

    /// What ranks captions; a person's comes before all a network finds likely.
    private var likelihood: Float { caption?.logProbability ?? .infinity }
  }
}
