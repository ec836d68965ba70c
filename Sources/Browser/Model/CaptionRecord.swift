import Captioning
import Terminal

/// The captions of one photo and what the user made of them, in the order they are shown.
package struct CaptionRecord: Sendable, Equatable {
  /// One caption.
  struct Entry: Sendable, Equatable {
    /// Where a caption stands among the others, and for how long.
    enum Origin: Int, Sendable {
      /// Kept by the user whatever is drawn after it.
      case pinned
      /// Drawn with the settings; the next ones take its place.
      case drawn
      /// What greedy and beam give, to compare with.
      case reference
    }

    /// The same for as long as the caption is kept; later captions have larger ones.
    let id: Int
    let caption: Caption
    var origin: Origin
    /// The user's text, where it is not the network's.
    var edit: String?
    /// Whether the photo has changed since: the caption's maps are of another picture.
    var isOutdated = false
  }

  /// What the captions were drawn with.
  package private(set) var settings: DecodingSettings
  private(set) var entries: [Entry]
  /// Whether the likeliest come first; pinned ones always do.
  private(set) var isRanked: Bool
  /// Which caption is shown.
  private(set) var chosen = 0
  /// Which word's attention is shown; in a shorter caption, its last.
  var word = 0
  private var nextID = 0

  init(settings: DecodingSettings, captions: [Caption], isRanked: Bool = false) {
    self.settings = settings
    self.isRanked = isRanked
    entries = []
    append(captions, .drawn)
    arrange()
    chosen = 0
  }

  var captions: [Caption] { entries.map(\.caption) }
  var caption: Caption { entries[chosen].caption }

  /// Captions rewritten by the user, by index.
  var edits: [Int: String] {
    entries.indices.reduce(into: [:]) { edits, index in edits[index] = entries[index].edit }
  }

  /// Whether drawing anew would throw away what the user wrote.
  var hasEditsToLose: Bool { entries.contains { $0.origin == .drawn && $0.edit != nil } }

  /// The caption's text, the user's where there is one.
  func text(_ index: Int) -> String { entries[index].edit ?? entries[index].caption.text }

  /// What a caption says, word by word; the user's words where there are some.
  func words(_ index: Int) -> [String] {
    guard let edited = entries[index].edit else { return entries[index].caption.words.map(\.word) }
    return TextWidth.safe(edited).split(separator: " ").map(String.init)
  }

  // MARK: - Words

  /// The place of the shown word in a caption; nil where a caption has no words.
  func wordIndex(in index: Int) -> Int? {
    let count = entries[index].caption.words.count
    return count == 0 ? nil : min(word, count - 1)
  }

  /// The shown word of the chosen caption.
  var currentWord: CaptionWord? { wordIndex(in: chosen).map { caption.words[$0] } }

  /// Goes to another word, staying inside the caption.
  mutating func step(_ by: Int) {
    guard let current = wordIndex(in: chosen) else { return }
    word = min(max(0, current + by), caption.words.count - 1)
  }

  // MARK: - Captions

  mutating func choose(_ index: Int) { chosen = min(max(0, index), entries.count - 1) }

  /// Sets or, with nil, takes back the user's text.
  mutating func edit(_ index: Int, _ text: String?) { entries[index].edit = text }

  /// Pins the chosen caption or lets it go.
  mutating func pin(_ isPinned: Bool) {
    entries[chosen].origin = isPinned ? .pinned : .drawn
    arrange()
  }

  /// Goes back to the network's own words, except in pinned captions.
  mutating func dropEdits() {
    for index in entries.indices where entries[index].origin == .drawn { entries[index].edit = nil }
  }

  /// Pins what the user wrote.
  mutating func pinEdits() {
    for index in entries.indices where entries[index].edit != nil { entries[index].origin = .pinned }
    arrange()
  }

  /// Notes that the photo is another one now.
  mutating func outdate() {
    for index in entries.indices { entries[index].isOutdated = true }
  }

  /// Puts the likeliest first, or each where it was drawn.
  mutating func rank(_ isRanked: Bool) {
    self.isRanked = isRanked
    arrange()
  }

  /// Takes captions drawn anew in place of those before; pinned ones and references stay.
  mutating func replaceDrawn(with captions: [Caption], settings: DecodingSettings) {
    let (id, place) = (entries[chosen].id, chosen - (entries.firstIndex { $0.origin == .drawn } ?? 0))
    let wasDrawn = entries[chosen].origin == .drawn
    entries.removeAll { entry in
      entry.origin == .drawn
        || (entry.origin == .reference && (entry.isOutdated || entry.caption.settings.mode == settings.mode))
    }
    self.settings = settings
    append(captions, .drawn)
    chosen = 0
    arrange()
    let firstDrawn = entries.firstIndex { $0.origin == .drawn } ?? 0
    if !wasDrawn, let kept = entries.firstIndex(where: { $0.id == id }) {
      chosen = kept
    } else {
      choose(firstDrawn + min(max(0, place), captions.count - 1))
    }
  }

  /// Adds what other modes give, to compare with.
  mutating func addReferences(_ captions: [Caption]) {
    append(captions, .reference)
    arrange()
  }

  private mutating func append(_ captions: [Caption], _ origin: Entry.Origin) {
    for caption in captions {
      entries.append(Entry(id: nextID, caption: caption, origin: origin))
      nextID += 1
    }
  }

  /// Puts the captions in order; the chosen one stays so.
  private mutating func arrange() {
    let id = entries.indices.contains(chosen) ? entries[chosen].id : nil
    let isRanked = isRanked
    entries.sort { $0.precedes($1, isRanked: isRanked) }
    chosen = entries.firstIndex { $0.id == id } ?? 0
  }
}

extension CaptionRecord.Entry {
  fileprivate func precedes(_ other: Self, isRanked: Bool) -> Bool {
    let isPinned = (origin == .pinned, other.origin == .pinned)
    if isPinned.0 != isPinned.1 { return isPinned.0 }
    if isRanked, !isPinned.0, caption.logProbability != other.caption.logProbability {
      return caption.logProbability > other.caption.logProbability
    }
    if !isRanked, origin != other.origin { return origin.rawValue < other.origin.rawValue }
    return id < other.id
  }
}
