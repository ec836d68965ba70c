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
      maps: maps(), hidden: image.hidden, sentenceStarts: starts)
  }

  /// What the network makes of a caption's words where it sees something else, such as the photo with regions hidden:
  /// the same tokens, as likely as they are there.
  /// - Parameters:
  ///   - caption: of this network.
  ///   - image: what it is read from.
  ///   - isCancelled: asked before each token; when true the call throws `CancellationError`.
  /// - Returns: a caption that is marked as recited; it ends where the other does.
  public func recited(
    _ caption: Caption, for image: EncodedImage, isCancelled: () -> Bool = { false }
  ) throws -> Caption {
    let (words, logProbability) = try recited(caption, in: image.context, isCancelled)
    let settings = DecodingSettings(mode: .greedy, samples: 1, prompt: caption.settings.prompt)
    return Caption(
      words: words, logProbability: logProbability, finished: caption.finished, settings: settings, isRecited: true,
      maps: maps(), hidden: image.hidden, sentenceStarts: caption.sentenceStarts)
  }

  private func recited(
    _ caption: Caption, in context: some DecodingContext, _ isCancelled: () -> Bool
  ) throws -> (words: [CaptionWord], logProbability: Float) {
    let sentences = sentences(of: caption)
    let end = caption.finished ? [text.endToken] : []
    let forced = try TeacherForcing(context, sentences.map { $0.start + $0.words.joined() + end }, maps: MapChoice()) {
      if isCancelled() { throw CancellationError() }
    }
    var (words, sum): ([CaptionWord], Double) = ([], 0)
    for (sentence, all) in zip(sentences, forced.tokens) {
      let told = all.dropFirst(sentence.start.count - 1)
      var place = told.startIndex
      for word in sentence.words {
        let name = caption.words[words.count].word
        words.append(CaptionWord(word: name, told[place..<place + word.count], text))
        place += word.count
      }
      sum += told.reduce(0) { $0 + $1.logProbability }
    }
    return (words, Float(sum))
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
    let words = words.map { CaptionWord(word: $0.name, told[$0.tokens], text) }
    return (words, Float(told.reduce(0) { $0 + $1.logProbability }))
  }
}

extension CaptionWord {
  /// A word that the network was given.
  /// - Parameter told: its tokens.
  fileprivate init<Context>(word: String, _ told: ArraySlice<TeacherForcing<Context>.Token>, _ text: any TextCoding) {
    self.init(
      word: word, tokens: told.map { CaptionToken(givenToken: $0.token, $0.ownLogits, text) },
      attention: .mean(told.map(\.attention)),
      alternatives: told.first!.likeliest(Sampler.reported, forbidden: text.neverEmitted).map {
        WordAlternative(word: text.piece($0.token), token: $0.token, probability: $0.probability)
      })
  }
}
