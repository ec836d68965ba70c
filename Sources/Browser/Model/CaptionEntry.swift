import Captioning
import PhotoLibrary
import Terminal

extension CaptionRecord {
  /// One caption.
  struct Entry: Sendable, Equatable, Identifiable {
    /// Where a caption came from.
    enum Source: Sendable, Equatable {
      /// The network drew it for this photo.
      case drawn(Caption)
      /// It was found, without the words' probabilities and maps: beside the photo, or as an edit that was never written.
      case text(String, SidecarText.Author)
    }

    /// Where a caption stands among the others, and for how long.
    enum Origin: Int, Sendable {
      /// Kept by the user whatever is drawn after it.
      case pinned
      /// Drawn with the settings; the next ones take its place.
      case drawn
      /// What the user asked for beside what is drawn; stays until it is undone.
      case asked
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
    var source: Source
    var origin: Origin
    /// The user's text, where it is not the source's.
    var edit: Edit?
    /// What the network makes of what the entry says, where it is not the network's.
    var reading: Reading?
    /// The caption it was asked about, where it was asked; captions that begin as another does are its branches.
    var parent: Int?
    /// Whether the photo has changed since: the caption's maps are of another picture.
    var isOutdated = false

    /// A text as the network reads it.
    struct Reading: Sendable, Equatable {
      let text: String
      /// Its words' probabilities and maps: recited, or drawn again where the network had drawn that text.
      var caption: Caption
    }

    /// What the network drew; nil where it did not.
    var caption: Caption? { if case .drawn(let caption) = source { caption } else { nil } }

    /// The text without the user's changes.
    var sourceText: String {
      switch source {
      case .drawn(let caption): caption.text
      case .text(let text, _): text
      }
    }

    /// The caption whose words have probabilities and maps: as drawn, or as the network reads what the entry says.
    var told: Caption? {
      if edit == nil, let caption { return caption }
      return reading.flatMap { $0.text == text ? $0.caption : nil }
    }

    /// That, and what was drawn where it comes back when an edit is undone.
    var allTold: [Caption] { [told, edit == nil ? nil : caption].compactMap { $0 } }

    var text: String { edit?.text ?? sourceText }

    /// Whether a person wrote what it says, or some of it.
    var isByHand: Bool { author.isPersons }

    /// Who wrote what it says.
    var author: SidecarText.Author {
      switch source {
      case _ where edit != nil: .human
      case .drawn(let caption): caption.isRecited ? .unknown : .machine
      case .text(_, let author): author
      }
    }

    /// Whether the user's words would be lost at the end.
    var isUnwritten: Bool { edit?.isWritten == false }

    /// What the network drew that the user rewrote: where a sidecar says that, it is older than the user's words.
    var drawnText: String? { edit == nil ? nil : caption?.text }

    /// What the sidecar said that this was made from.
    var foundText: String? { if case .text(let text, _) = source { text } else { nil } }

    /// The words that have probabilities and attention.
    var toldWords: [CaptionWord] { told?.words ?? [] }

    /// The text word by word, safe to show.
    var shownWords: [String] {
      if told != nil { return toldWords.map(\.word) }
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
