import Captioning
import Files
import SystemPackage

/// What became of one image.
package struct CaptionedImage: Sendable {
  package let path: FilePath
  /// Upright, in pixels; nil when the image could not be read.
  package var size: (width: Int, height: Int)?
  package var captions: [Caption] = []
  /// The caption with nothing hidden that those with hidden cells are compared with; nil where none is.
  package var whole: Caption?
  /// Why there are no captions, in one line.
  package var error: String?

  package init(
    path: FilePath, size: (width: Int, height: Int)? = nil, captions: [Caption] = [], whole: Caption? = nil,
    error: String? = nil
  ) {
    (self.path, self.whole) = (path, whole)
    self.size = size
    self.captions = captions
    self.error = error
  }
}

/// Results as lines of text.
package enum CaptionLine {
  /// One line a caption: the path, a tab, the caption; of several captions each with its log-probability after
  /// another tab.
  package static func plain(_ image: CaptionedImage) -> String {
    image.captions.map { caption in
      let probability = image.captions.count > 1 ? "\t" + Figures.logProbability(caption.logProbability) : ""
      return "\(PrintableText.line(FileName.text(image.path)))\t\(PrintableText.line(caption.text))\(probability)\n"
    }.joined()
  }

  /// Of the format. Later ones may say more, never otherwise.
  private static let version = 1

  /// One JSON object on one line; the keys are always in this order.
  package static func json(_ image: CaptionedImage, weights: WeightsIdentity) -> String {
    let object = OrderedJSON.object([
      ("image", .string(FileName.text(image.path))), ("width", image.size.map { .integer($0.width) } ?? .null),
      ("height", image.size.map { .integer($0.height) } ?? .null),
      ("error", image.error.map(OrderedJSON.string) ?? .null), ("weights", json(weights)),
      (
        "captions",
        .array(image.captions.map { .object(fields($0) + [("words", .array(words($0, whole: image.whole)))]) })
      ),
      ("version", .integer(version)),
    ])
    return object.text + "\n"
  }

  /// Which weights drew a caption.
  package static func json(_ weights: WeightsIdentity) -> OrderedJSON {
    .object([("name", .string(weights.name)), ("sha256", .string(weights.sha256))])
  }

  /// What a caption says and how it was drawn, the first members of its object.
  package static func fields(_ caption: Caption) -> [(String, OrderedJSON)] {
    let start: [(String, OrderedJSON)] = [
      ("text", .string(caption.text)), ("log_probability", .single(caption.logProbability)),
      ("finished", .boolean(caption.finished)),
    ]
    let hidden: [(String, OrderedJSON)] = caption.hidden.map { [("hidden", json($0))] } ?? []
    // Nobody drew it.
    if caption.isRecited {
      return start + [("mode", .string("recited")), ("top_k", .null), ("temperature", .null), ("seed", .null)] + hidden
    }
    return start + fields(caption.settings) + hidden
  }

  /// How a caption is drawn; each has its own seed.
  package static func fields(_ settings: DecodingSettings) -> [(String, OrderedJSON)] {
    let mode: [(String, OrderedJSON)] =
      switch settings.mode {
      case .sample: [("mode", .string("sample"))]
      case .greedy: [("mode", .string("greedy"))]
      case .beam(let width): [("mode", .string("beam")), ("beam", .integer(width))]
      }
    let prompt: [(String, OrderedJSON)] = settings.prompt.map { [("prompt", .string($0))] } ?? []
    let prefix: [(String, OrderedJSON)] =
      settings.prefix.map { [("prefix", .string($0.text)), ("prefix_tokens", .array($0.tokens.map { .integer($0) }))] }
      ?? []
    return mode + [
      ("top_k", .integer(settings.mode == .greedy ? 1 : settings.topK)),
      ("temperature", .single(settings.temperature)), ("seed", .unsigned(settings.seed)),
    ] + prompt + prefix
  }

  /// Which cells are hidden and how; rows and columns from 1.
  private static func json(_ hidden: HiddenRegions) -> OrderedJSON {
    .object([
      ("way", .string(hidden.way.rawValue)), ("rows", .integer(hidden.rows)), ("columns", .integer(hidden.columns)),
      (
        "cells",
        .array(
          hidden.regions.map { .array([.integer($0 / hidden.columns + 1), .integer($0 % hidden.columns + 1)]) })
      ),
    ])
  }

  private static func words(_ caption: Caption, whole: Caption?) -> [OrderedJSON] {
    let falls = whole.flatMap { caption.falls(from: $0) }
    return caption.words.enumerated().map { json($1, caption, fall: falls?[$0]) }
  }

  /// A map, row-major.
  static func fields(_ map: AttentionMap) -> [(String, OrderedJSON)] {
    [
      ("rows", .integer(map.rows)), ("columns", .integer(map.columns)),
      ("values", .array(map.values.map(OrderedJSON.single))),
    ]
  }

  /// Which map it is, where the network has several; layers and heads from 1, null for all.
  private static func fields(_ maps: CaptionMaps, outside: Float) -> [(String, OrderedJSON)] {
    func number(_ index: Int?) -> OrderedJSON { index.map { .integer($0 + 1) } ?? .null }
    guard maps.isSpecial else { return [] }
    return [
      ("kind", .string(maps.choice.kind.rawValue)), ("layer", number(maps.choice.layer)),
      ("head", number(maps.choice.head)), ("outside_regions", .single(outside)),
    ]
  }

  private static func json(_ word: CaptionWord, _ caption: Caption, fall: Float?) -> OrderedJSON {
    let (attention, maps) = (word.attention, caption.maps)
    let fall: [(String, OrderedJSON)] = fall.map { [("log_probability_fall", .single($0))] } ?? []
    let unknown: [(String, OrderedJSON)] = word.isUnknown ? [("unknown", .boolean(true))] : []
    let given: [(String, OrderedJSON)] = word.isGiven && !caption.isRecited ? [("given", .boolean(true))] : []
    let rank: [(String, OrderedJSON)] = word.rank.map { [("rank", .integer($0))] } ?? []
    return .object(
      [
        ("word", .string(word.word)), ("token", .integer(word.token)), ("probability", .single(word.probability)),
        ("log_probability", .single(word.logProbability)),
        (
          "attention",
          .object(fields(attention) + fields(maps, outside: attention.outside))
        ),
        ("tokens", .array(word.tokens.map(json))), ("entropy_bits", .single(Float(attention.entropy))),
        (
          "alternatives",
          .array(
            word.alternatives.map {
              .object([
                ("word", .string($0.word)), ("token", .integer($0.token)), ("probability", .single($0.probability)),
              ])
            })
        ),
      ] + rank + fall + unknown + given)
  }

  private static func json(_ token: CaptionToken) -> OrderedJSON {
    .object(
      [
        ("text", .string(token.text)), ("token", .integer(token.token)), ("probability", .single(token.probability)),
        ("log_probability", .single(token.logProbability)),
      ] + (token.rank.map { [("rank", .integer($0))] } ?? []))
  }
}
