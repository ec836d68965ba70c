/// Maps other than the mean of attention over layers and heads.
extension Captioner {
  /// The network's own layers and heads, with a choice among them.
  public func maps(_ choice: MapChoice = MapChoice()) -> CaptionMaps {
    let decoder = description.transformer?.decoder
    return CaptionMaps(choice, layers: decoder?.layers ?? 1, heads: decoder?.heads ?? 1)
  }

  /// The kind of maps that says most of this network's words: of attention where one layer looks at the photo; where many
  /// do, whose mean is nearly the same for every word, what each word gains by it (`gaze evaluate --maps`).
  public var usualMaps: MapKind { description.transformer == nil ? .attention : .gradient }

  /// Why there are no such maps, in one line that begins with the name of what cannot be; nil where there are.
  public func problem(with choice: MapChoice) -> String? {
    let own = maps()
    if choice.kind == .covering { return "map: covering, expected one that needs no other look at the photo" }
    if choice.kind == .occlusion, let name = choice.layer != nil ? "layer" : choice.head != nil ? "head" : nil {
      return
        "\(name): \((choice.layer ?? choice.head)! + 1), expected none: occlusion is of all layers and heads together"
    }
    for (name, index, count) in [("layer", choice.layer, own.layers), ("head", choice.head, own.heads)] {
      guard let index, own.layers * own.heads == 1 || !(0..<count).contains(index) else { continue }
      return own.layers * own.heads == 1
        ? "\(name): \(index + 1), expected none: this network has one map for each word"
        : "\(name): \(index + 1), expected 1 to \(count)"
    }
    return nil
  }

  /// The same captions with other maps, for which their tokens are read once more.
  /// - Parameters:
  ///   - captions: about `image`, by this network, with the same regions hidden.
  ///   - image: as `encode` made it.
  ///   - choice: which maps the words get.
  ///   - isCancelled: asked before every word.
  /// - Throws: `CaptioningError.badOption` where there are no such maps; `CancellationError` within a word of
  ///   `isCancelled` turning true.
  public func retold(
    _ captions: [Caption], for image: EncodedImage, maps choice: MapChoice, isCancelled: () -> Bool = { false }
  ) throws -> [Caption] {
    if let problem = problem(with: choice) { throw CaptioningError.badOption(problem) }
    if captions.allSatisfy({ $0.maps.choice == choice }) { return captions }
    return try retold(captions, in: image.context, choice, isCancelled)
  }

  private func retold(
    _ captions: [Caption], in context: some DecodingContext, _ choice: MapChoice, _ isCancelled: () -> Bool
  ) throws -> [Caption] {
    let sentences = captions.flatMap { self.sentences(of: $0) }
    let forced = try TeacherForcing(context, sentences.map { $0.start + $0.words.joined() }, maps: choice) {
      if isCancelled() { throw CancellationError() }
    }
    // Of each word of all captions, one after the other.
    var attention: [AttentionMap] = []
    for (sentence, tokens) in zip(sentences, forced.tokens) {
      var place = sentence.start.count - 1
      for word in sentence.words {
        attention.append(.mean(tokens[place..<place + word.count].map(\.attention)))
        place += word.count
      }
    }
    var rest = attention[...]
    return captions.map { caption in
      defer { rest = rest.dropFirst(caption.words.count) }
      return caption.telling(maps(choice), Array(rest.prefix(caption.words.count)))
    }
  }

  /// What the sentences of a caption start from, and their words' tokens.
  func sentences(of caption: Caption) -> [(start: [Int], words: [[Int]])] {
    let start = caption.settings.prompt.flatMap { text.startTokens(prompt: $0) } ?? text.startTokens
    let ends = caption.sentenceStarts.dropFirst() + [caption.words.count]
    return zip(caption.sentenceStarts, ends).map { first, end in
      (start, caption.words[first..<end].map { $0.tokens.map(\.token) })
    }
  }
}
