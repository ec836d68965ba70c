import Files
import Tensors

extension Captioner {
  /// What the network makes of a text that it is given, whoever wrote it: how likely each word is after those before, and
  /// where the network looks for it.
  ///
  /// Each line is read as a caption of its own. Words that the network does not know are read as unknown ones and keep
  /// their names.
  /// - Returns: a caption that is marked as recited, of all lines' words as they are written.
  /// - Throws: `CaptioningError.badOption` where there are no words, or more in a line than a caption may have;
  ///   `CancellationError` within a line of `isCancelled` turning true.
  public func recited(
    _ text: String, for image: EncodedImage, isCancelled: () -> Bool = { false }
  ) throws -> Caption {
    let lines = try text.split(whereSeparator: \.isNewline).map { try RecitedLine(String($0), text: self.text) }
      .filter { !$0.words.isEmpty }
    guard !lines.isEmpty else { throw CaptioningError.badOption("text: no words the network could read") }
    var (words, logProbability, starts): ([CaptionWord], Float, [Int]) = ([], 0, [])
    for line in lines {
      if isCancelled() { throw CancellationError() }
      let read = line.read(in: image.context, text: self.text)
      starts.append(words.count)
      words += read.words
      logProbability += read.logProbability
    }
    let settings = DecodingSettings(mode: .greedy, samples: 1)
    return Caption(
      words: words, logProbability: logProbability, finished: true, settings: settings, isRecited: true,
      maps: maps(), sentenceStarts: starts)
  }
}

/// A line of a text, as tokens and as its writer's words.
private struct RecitedLine {
  /// From the start of a sentence to its end.
  private let tokens: [Int]
  /// Each word, and which of the tokens between start and end are its.
  let words: [(name: String, tokens: Range<Int>)]

  init(_ line: String, text: any TextCoding) throws(CaptioningError) {
    func inner(_ line: String) -> [Int] { Array(text.tokens(line).dropFirst(text.startTokens.count).dropLast()) }
    tokens = text.tokens(line)
    let own = inner(line)
    let ranges = text.wordRanges(own)
    guard ranges.count <= DecodingSettings.longestCaption,
      own.count <= DecodingSettings.longestCaption * text.tokensPerWord
    else {
      throw .badOption("text: \(ranges.count) words in a line, expected at most \(DecodingSettings.longestCaption)")
    }
    let names = Self.names(in: line) { !inner($0).isEmpty }
    words = ranges.enumerated().map { index, range in
      // Where a network sees other words than a reader does, its own are told.
      (PrintableText.line(names.count == ranges.count ? names[index] : text.word(own[range])), range)
    }
  }

  /// The words between spaces; what the network reads nothing in, such as a dash, goes with the word before.
  private static func names(in line: String, isRead: (String) -> Bool) -> [String] {
    var names: [String] = []
    for part in line.split(whereSeparator: \.isWhitespace).map(String.init) {
      if isRead(part) || names.isEmpty { names.append(part) } else { names[names.count - 1] += " " + part }
    }
    return names
  }

  func read(in context: some DecodingContext, text: any TextCoding) -> (words: [CaptionWord], logProbability: Float) {
    // What a sentence starts from is no part of it; its end is.
    let told = Array(TeacherForcing(context, [tokens]).tokens[0].dropFirst(text.startTokens.count - 1))
    let words = words.map { word in
      let parts = told[word.tokens]
      return CaptionWord(
        word: word.name,
        tokens: parts.map { part in
          CaptionToken(
            text: text.piece(part.token), token: part.token, probability: exponential(Float(part.logProbability)),
            logProbability: Float(part.logProbability))
        },
        attention: .mean(parts.map(\.attention)),
        alternatives: parts.first!.likeliest(Sampler.reported, in: context, forbidden: text.neverEmitted).map {
          WordAlternative(word: text.piece($0.token), token: $0.token, probability: $0.probability)
        })
    }
    return (words, Float(told.reduce(0) { $0 + $1.logProbability }))
  }
}
