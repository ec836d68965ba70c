import Captioning
import Files
import Foundation

/// A word that was searched for in `gaze caption --json`: of its image, the one that the measure puts first.
package struct FoundWord: Sendable, Equatable {
  /// As `FileName` has it.
  package var image = ""
  /// Of the file, from 1.
  package var line = 0
  /// Which of the image's captions, from 0.
  package var captionIndex = 0
  package var caption = ""
  /// Which of the caption's words, from 0.
  package var wordIndex = 0
  package var word = ""
  /// Natural logarithm, under the softmax over all words.
  package var logProbability = 0.0
  package var attention: AttentionMap
  /// The share of its attention outside the area asked about; nil where none was.
  package var outside: Double?
  /// See `CaptionDisagreement`; nil where the image has one caption.
  package var disagreement: Double?
  /// How much its log-probability fell when cells were hidden, in nats; nil where none were.
  package var fall: Double?

  /// Among all words.
  package var probability: Double { exp(logProbability) }

  package var json: OrderedJSON {
    let peak = attention.peak
    return .object([
      ("image", .string(image)), ("line", .integer(line)), ("caption", .string(caption)),
      ("caption_index", .integer(captionIndex)), ("word", .string(word)), ("word_index", .integer(wordIndex)),
      ("log_probability", .number(logProbability)), ("entropy_bits", .number(attention.entropy)),
      ("top_share", .single(peak.share)), ("top_row", .integer(peak.row)), ("top_column", .integer(peak.column)),
      ("outside", outside.map { .number($0) } ?? .null), ("disagreement", disagreement.map { .number($0) } ?? .null),
      ("log_probability_fall", fall.map { .number($0) } ?? .null),
    ])
  }
}

/// What found words can be put in order by.
package enum FindMeasure: String, Sendable, CaseIterable {
  /// Among all words.
  case probability
  /// Of the word's map, in bits.
  case entropy
  /// The share of the word's attention on its most attended cell.
  case topShare = "top-share"
  /// The share of the word's attention outside the area asked about.
  case outside
  /// Between the captions of the image.
  case disagreement
  /// Of the word's log-probability when cells were hidden.
  case fall

  /// Nil where there is no such thing, which comes last in either order.
  package func value(_ found: FoundWord) -> Double? {
    switch self {
    case .probability: found.probability
    case .entropy: found.attention.entropy
    case .topShare: Double(found.attention.peak.share)
    case .outside: found.outside
    case .disagreement: found.disagreement
    case .fall: found.fall
    }
  }
}

/// An order of found words.
package struct FindOrder: Sendable {
  package let measure: FindMeasure
  /// Whether the smallest comes first, not the largest.
  package let isAscending: Bool

  package init(_ measure: FindMeasure, isAscending: Bool = false) {
    (self.measure, self.isAscending) = (measure, isAscending)
  }

  /// Whether one word comes before another; of equals, neither does.
  func precedes(_ a: FoundWord, _ b: FoundWord) -> Bool {
    switch (measure.value(a), measure.value(b)) {
    case (let a?, let b?): isAscending ? a < b : a > b
    case (_?, nil): true
    default: false
    }
  }

  /// In this order; equals keep theirs.
  package func sorted(_ words: [FoundWord]) -> [FoundWord] {
    words.enumerated().sorted { a, b in
      precedes(a.element, b.element) || (!precedes(b.element, a.element) && a.offset < b.offset)
    }.map(\.element)
  }
}
