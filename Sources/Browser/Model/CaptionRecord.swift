import Captioning
import PhotoLibrary
import Reports
import Terminal

/// The captions of one photo and what the user made of them, in the order they are shown. There is always one.
package struct CaptionRecord: Sendable, Equatable {
  /// What the captions were drawn with; nil where none was drawn.
  package private(set) var settings: DecodingSettings?
  private(set) var entries: [Entry]
  /// Whether the likeliest come first; pinned ones always do.
  private(set) var isRanked: Bool
  /// Which caption is shown.
  private(set) var chosen = 0
  /// Which word's attention is shown; in a shorter caption, its last.
  private(set) var word = 0
  private var nextID = 0

  /// - Parameter captions: at least one.
  init(settings: DecodingSettings, captions: [Caption], isRanked: Bool = false) {
    self.settings = settings
    self.isRanked = isRanked
    entries = []
    append(captions.map(Entry.Source.drawn), .drawn)
    arrange()
    chosen = 0
  }

  /// A caption that no network drew here.
  init(text: String, author: SidecarText.Author) {
    isRanked = false
    entries = []
    append([.text(text, author)], .drawn)
  }

  /// What was asked of the network where nothing was drawn yet.
  init(asked source: Entry.Source, reading: Entry.Reading? = nil) {
    isRanked = false
    entries = []
    append([source], .asked)
    entries[0].reading = reading
  }

  var current: Entry { entries[chosen] }
  /// The shown caption as the network drew it; nil where it did not.
  var caption: Caption? { current.caption }
  /// The shown caption with its words' probabilities and maps; nil where nobody knows them yet.
  var told: Caption? { current.told }
  /// What networks drew, in the order of the entries.
  var captions: [Caption] { entries.compactMap(\.caption) }

  /// Captions rewritten by the user, by index.
  var edits: [Int: String] {
    entries.indices.reduce(into: [:]) { edits, index in edits[index] = entries[index].edit?.text }
  }

  /// Whether drawing anew would throw away what a person wrote.
  var hasEditsToLose: Bool { entries.contains { $0.origin == .drawn && $0.isByHand } }

  /// The caption to be written of those the user rewrote and did not write: the shown one, or else the first.
  var unwritten: Entry? { current.isUnwritten ? current : entries.first(where: \.isUnwritten) }

  /// The caption's text, the user's where there is one.
  func text(_ index: Int) -> String { entries[index].text }

  /// What a caption says, word by word; the user's words where there are some.
  func words(_ index: Int) -> [String] { entries[index].shownWords }

  func index(of id: Entry.ID) -> Int? { entries.firstIndex { $0.id == id } }

  // MARK: - Words

  /// The place of the shown word in a caption; nil where a caption has no words of the network's.
  func wordIndex(in index: Int) -> Int? {
    let count = entries[index].toldWords.count
    return count == 0 ? nil : min(word, count - 1)
  }

  /// The shown word of the chosen caption.
  var currentWord: CaptionWord? { wordIndex(in: chosen).map { current.toldWords[$0] } }

  /// Whether the shown word is the chosen caption's last.
  var isAtLastWord: Bool { wordIndex(in: chosen).map { $0 == current.toldWords.count - 1 } ?? true }

  /// Goes to another word, staying inside the caption.
  mutating func step(_ by: Int) {
    guard let current = wordIndex(in: chosen) else { return }
    go(toWord: current + by)
  }

  mutating func go(toWord index: Int) { word = min(max(0, index), max(0, current.toldWords.count - 1)) }

  // MARK: - Captions

  /// - Parameter word: the word to show of it; nil keeps the place.
  mutating func choose(_ index: Int, word: Int? = nil) {
    chosen = min(max(0, index), entries.count - 1)
    if let word { self.word = word }
  }

  /// Shows the best of what was drawn with the settings.
  mutating func chooseBestDrawn() {
    let drawn = entries.indices.filter { entries[$0].origin == .drawn && entries[$0].caption != nil }
    if let best = drawn.compactMap({ entries[$0].caption }).indexOfBest { choose(drawn[best], word: 0) }
  }

  /// Sets or, with nil, takes back the user's text.
  mutating func edit(_ index: Int, _ edit: Entry.Edit?) { entries[index].edit = edit }

  /// Notes what the network makes of a text, where that is what a caption says.
  mutating func note(_ reading: Entry.Reading) {
    for index in entries.indices
    where (entries[index].caption == nil || entries[index].edit != nil) && entries[index].text == reading.text {
      entries[index].reading = reading
    }
  }

  /// Puts captions that have other maps in place of the same ones.
  mutating func retell(_ before: [Caption], as after: [Caption]) {
    for (old, new) in zip(before, after) {
      for index in entries.indices {
        if entries[index].caption == old { entries[index].source = .drawn(new) }
        if entries[index].reading?.caption == old { entries[index].reading?.caption = new }
      }
    }
  }

  /// Notes which text is beside the photo now; nil stands for none.
  mutating func noteSidecar(_ text: String?) {
    for index in entries.indices {
      guard let own = entries[index].edit?.text else { continue }
      entries[index].edit?.isWritten = own == text
    }
  }

  /// Notes that a text is beside the photo now or, with false, no longer.
  mutating func note(_ text: String, isWritten: Bool) {
    for index in entries.indices where entries[index].edit?.text == text { entries[index].edit?.isWritten = isWritten }
  }

  /// Pins a caption or lets it go.
  mutating func pin(_ index: Int, _ isPinned: Bool) {
    entries[index].origin = isPinned ? .pinned : .drawn
    arrange()
  }

  /// Goes back to the network's own words, except in pinned captions.
  mutating func dropEdits() {
    for index in entries.indices where entries[index].origin == .drawn { entries[index].edit = nil }
  }

  /// Pins what the user wrote.
  mutating func pinEdits() { pin { $0.edit != nil } }

  /// Pins what a person wrote, here or before.
  mutating func pinWritten() { pin(where: \.isByHand) }

  private mutating func pin(where isMeant: (Entry) -> Bool) {
    for index in entries.indices where isMeant(entries[index]) { entries[index].origin = .pinned }
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
  /// - Parameters:
  ///   - captions: at least one.
  ///   - choosing: whether one of them is shown where a pinned caption was.
  mutating func replaceDrawn(with captions: [Caption], settings: DecodingSettings, choosing: Bool = true) {
    let before = current
    let isKept =
      before.origin == .reference || before.origin == .asked || (before.origin == .pinned && !choosing)
    let place = chosen - (entries.firstIndex { $0.origin == .drawn } ?? 0)
    entries.removeAll { entry in
      entry.origin == .drawn
        || (entry.origin == .reference && (entry.isOutdated || entry.caption?.settings.mode == settings.mode))
    }
    self.settings = settings
    append(captions.map(Entry.Source.drawn), .drawn)
    chosen = 0
    arrange()
    if isKept, let kept = index(of: before.id) {
      chosen = kept
    } else {
      choose((entries.firstIndex { $0.origin == .drawn } ?? 0) + min(max(0, place), captions.count - 1))
    }
  }

  /// Adds the user's words for a text that was found, and shows them; they stay whatever is drawn.
  mutating func add(_ edit: Entry.Edit, to text: String) {
    append([.text(text, .unknown)], .pinned)
    entries[entries.count - 1].edit = edit
    chosen = entries.count - 1
    arrange()
  }

  /// Adds what was asked about a caption, and shows the last of it.
  /// - Parameter word: the word to show of it.
  mutating func add(
    _ asked: [Entry.Source], reading: Entry.Reading? = nil, about parent: Entry.ID?, word: Int? = nil
  ) {
    guard !asked.isEmpty else { return }
    append(asked, .asked)
    for index in entries.indices.suffix(asked.count) {
      (entries[index].parent, entries[index].reading) = (parent, reading)
    }
    chosen = entries.count - 1
    if let word { self.word = word }
    arrange()
  }

  /// Adds what other modes give, to compare with.
  mutating func addReferences(_ captions: [Caption]) {
    append(captions.map(Entry.Source.drawn), .reference)
    arrange()
  }

  private mutating func append(_ sources: [Entry.Source], _ origin: Entry.Origin) {
    for source in sources {
      entries.append(Entry(id: nextID, source: source, origin: origin))
      nextID += 1
    }
  }

  /// Puts the captions in order; the chosen one stays so.
  private mutating func arrange() {
    let id = entries.indices.contains(chosen) ? entries[chosen].id : nil
    let isRanked = isRanked
    entries.sort { $0.precedes($1, isRanked: isRanked) }
    entries = Self.tree(entries)
    chosen = entries.firstIndex { $0.id == id } ?? 0
  }
}

extension CaptionRecord {
  /// The modes whose captions would be new to the comparison.
  func missingReferences(beamWidth: Int) -> [DecodingSettings.Mode] {
    let there = entries.filter { $0.origin != .asked }.compactMap(\.caption?.settings.mode)
    return [.greedy, .beam(width: beamWidth)].filter { !there.contains($0) }
  }

  /// All captions' words, set out beside each other.
  var comparison: Comparison { Comparison(entries.map(\.shownWords)) }

  /// The word of another caption that stands beside the current one.
  func wordBeside(_ index: Int) -> Int? {
    guard let current = wordIndex(in: chosen) else { return nil }
    let comparison = comparison
    return comparison.row(of: current, in: chosen).flatMap { comparison.word(atOrBefore: $0, in: index) }
  }
}
