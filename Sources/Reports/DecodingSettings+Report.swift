import Captioning
import Files

extension DecodingSettings {
  /// How captions are drawn, in a few words: `beam 3`, `greedy` or `sample, k 10, T 1.0, seed 1`.
  package var inWords: String {
    let words = (minWords, maxWords) == (0, Self.longestCaption) ? "" : ", \(minWords) to \(maxWords) words"
    let length = words + ([promptInWords, prefixInWords].compactMap { $0 }.map { ", " + $0 }.joined())
    switch mode {
    case .greedy: return "greedy" + length
    case .beam(let width): return "beam \(width)" + length
    case .sample: return "sample, k \(topK), T \(temperature), seed \(seed)" + length
    }
  }

  /// `after "a picture of"`; nil without a prompt.
  package var promptInWords: String? { prompt.map { "after \(JSONText.quoted(PrintableText.line($0)))" } }

  /// `beginning with "a man"`; nil without a prefix.
  package var prefixInWords: String? { prefix.map { "beginning with \(JSONText.quoted(PrintableText.line($0.text)))" } }

  /// What matters of them in their mode.
  package var json: OrderedJSON {
    let own: [(String, OrderedJSON)] =
      switch mode {
      case .greedy: [("mode", .string("greedy"))]
      case .beam(let width): [("mode", .string("beam")), ("beam", .integer(width))]
      case .sample:
        [
          ("mode", .string("sample")), ("top_k", .integer(topK)), ("temperature", .single(temperature)),
          ("seed", .unsigned(seed)),
        ]
      }
    let start: [(String, OrderedJSON)] = prompt.map { [("prompt", .string($0))] } ?? []
    return .object(own + start + [("min_words", .integer(minWords)), ("max_words", .integer(maxWords))])
  }
}
