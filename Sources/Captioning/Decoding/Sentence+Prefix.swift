import Tensors

/// What sentences begin with, whatever the network would have drawn.
extension SentenceWriter {
  /// Tokens that every sentence begins with.
  var given: [Int] { settings.prefix?.tokens ?? [] }

  /// Adds a token of the prefix, whatever the network would have drawn.
  func give(_ token: Int, _ step: DecodingStep<Context.States>, _ row: Int, to sentence: inout Sentence) {
    let logits = step.logits.row(row)
    add(
      CaptionToken(givenToken: token, logits, text), to: &sentence, attention: step.attention.map(row),
      alternatives: likeliest(logits, Sampler.reported, forbidden: text.neverEmitted))
  }
}

extension CaptionToken {
  /// A token that the network was given, as likely as it is among all.
  /// - Parameter logits: in its place.
  init(givenToken token: Int, _ logits: UnsafeBufferPointer<Float>, _ text: any TextCoding) {
    let logProbability = Float(Double(logits[token]) - Sampler.logSumExp(logits))
    self.init(
      text: text.piece(token), token: token, probability: exponential(logProbability), logProbability: logProbability,
      rank: Sampler.rank(of: token, in: logits, forbidden: text.neverEmitted), isUnknown: text.isUnknown(token),
      isGiven: true)
  }
}
