import Captioning

/// What sampled captions of training photos are worth: CIDEr-D and BLEU-4 of a single caption against the human ones of its
/// photo, with document frequencies over all training photos.
///
/// Words are those the scorers see (`CaptionTokenizer`), by number. The end of a sentence counts as a word: without it a
/// caption that stops short ("a man in a") has n-grams as good as a whole one, and training finds that out.
struct CaptionReward: Sendable {
  private let options: SelfCriticalOptions
  private let endToken: Int
  /// The scorers' words for each of the vocabulary's.
  private let words: [[Int32]]
  /// By photo.
  private let references: [[[Int32]]]
  private let cider: CIDEr<Int32>

  private static let end: Int32 = 0
  /// Stands for what captions never hold; no reference has it.
  private static let worthless: Int32 = -1

  /// - Parameter references: the human captions of each photo, as written.
  init(references: [[String]], vocabulary: Vocabulary, options: SelfCriticalOptions) {
    self.options = options
    endToken = vocabulary.endToken
    var numbers: [String: Int32] = [:]
    func number(_ word: String) -> Int32 {
      if let known = numbers[word] { return known }
      numbers[word] = Int32(numbers.count) + Self.end + 1
      return Int32(numbers.count)
    }
    self.references = references.map { captions in
      captions.map { CaptionTokenizer.words($0).map(number) + [Self.end] }
    }
    words = vocabulary.words.enumerated().map { token, word in
      vocabulary.neverEmitted.contains(token) ? [Self.worthless] : CaptionTokenizer.words(word).map(number)
    }
    cider = CIDEr(references: self.references)
  }

  /// The reward of each of several captions of photo `photo`.
  /// - Parameter sentences: tokens from `<start>`; where there is no `<end>`, the reward counts none.
  func rewards(_ sentences: [[Int]], photo: Int) -> [Double] {
    let candidates = sentences.map(scored)
    let ciders = options.ciderWeight == 0 ? nil : cider.scores(candidates, photo: photo)
    return candidates.enumerated().map { index, words in
      let bleu = options.bleuWeight == 0 ? 0 : CaptionMetrics.bleu([words], [references[photo]])[3]
      return options.ciderWeight * (ciders?[index] ?? 0) + options.bleuWeight * bleu
    }
  }

  private func scored(_ sentence: [Int]) -> [Int32] {
    let ends = sentence.last == endToken
    return sentence.dropFirst().dropLast(ends ? 1 : 0).flatMap { words[$0] } + (ends ? [Self.end] : [])
  }
}
