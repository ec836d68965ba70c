import Captioning
import SystemPackage

/// The words that could have stood in a word's place, one of which is to be taken.
struct BranchChoice: Sendable, Equatable {
  let path: FilePath
  let entry: CaptionRecord.Entry.ID
  let caption: Caption
  let word: Int
  /// Which of the alternatives is taken.
  private(set) var selected: Int

  /// - Returns: nil where the word has no alternatives.
  init?(_ path: FilePath, _ entry: CaptionRecord.Entry, word: Int) {
    guard let caption = entry.told, caption.words.indices.contains(word), !caption.words[word].alternatives.isEmpty
    else { return nil }
    (self.path, self.entry, self.caption, self.word) = (path, entry.id, caption, word)
    selected = caption.words[word].alternatives.firstIndex { $0.token != caption.words[word].token } ?? 0
  }

  var alternatives: [WordAlternative] { caption.words[word].alternatives }

  /// Goes to one of them, the nearest there is.
  mutating func select(_ index: Int) { selected = min(max(0, index), alternatives.count - 1) }

  /// How the caption is drawn that goes on from it.
  /// - Parameter settings: for sampling.
  func settings(_ settings: DecodingSettings, isSampled: Bool) -> DecodingSettings {
    var own = settings
    own.samples = 1
    own.mode = isSampled ? .sample : .greedy
    own.prompt = caption.settings.prompt
    if !caption.isRecited { own.seed = caption.settings.seed }
    own.prefix = CaptionPrefix(caption, before: word, then: alternatives[selected])
    return own
  }
}
