import Captioning

/// The captions of one photo and what the user made of them.
struct CaptionRecord: Sendable, Equatable {
  /// What the captions were drawn with.
  var settings: DecodingSettings
  var captions: [Caption]
  /// Which caption is shown.
  var chosen = 0
  /// Which word's attention is shown; in a shorter caption, its last.
  var word = 0
  /// Captions rewritten by the user, by index.
  var edits: [Int: String] = [:]

  init(settings: DecodingSettings, captions: [Caption]) {
    self.settings = settings
    self.captions = captions
  }

  var caption: Caption { captions[chosen] }

  /// The caption's text, the user's where there is one.
  func text(_ index: Int) -> String { edits[index] ?? captions[index].text }

  /// The place of the shown word in a caption; nil where a caption has no words.
  func wordIndex(in index: Int) -> Int? {
    let count = captions[index].words.count
    return count == 0 ? nil : min(word, count - 1)
  }

  /// The shown word of the chosen caption.
  var currentWord: CaptionWord? { wordIndex(in: chosen).map { caption.words[$0] } }

  mutating func choose(_ index: Int) { chosen = min(max(0, index), captions.count - 1) }

  /// Goes to another word, staying inside the caption.
  mutating func step(_ by: Int) {
    guard let current = wordIndex(in: chosen) else { return }
    word = min(max(0, current + by), caption.words.count - 1)
  }
}
