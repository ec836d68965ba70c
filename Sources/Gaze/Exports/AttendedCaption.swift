import Captioning
import Foundation
import Raster

/// A caption of a photo with everything that an account of its attention tells.
struct AttendedCaption {
  /// As shown to readers: no more of the path than the file's name.
  let imageName: String
  let photo: PixelImage
  let caption: Caption
  let weights: WeightsIdentity
  /// What the weights file says of how it came to be.
  let provenance: [String: String]
  let overlay: HeatOverlay
  /// Which share of attention is full heat.
  var scale = HeatScale.ownMaximum

  /// How the caption was drawn, from what, and how likely it is.
  var origin: String {
    let end = caption.finished ? "" : ", cut off"
    return "weights \(weights.name) \(weights.sha256.prefix(12)), \(caption.settings.inWords), "
      + "log-probability \(Decimals.text(caption.logProbability, 2))\(end)"
  }

  /// The photo so that its longer side has `side` pixels; a smaller one is enlarged only if `enlarging`.
  func photo(longerSide side: Int, enlarging: Bool) -> PixelImage {
    let scale = Double(side) / Double(max(photo.width, photo.height))
    if scale >= 1 && !enlarging { return photo }
    func scaled(_ length: Int) -> Int { max(1, Int((Double(length) * scale).rounded())) }
    return photo.resizedArea(width: scaled(photo.width), height: scaled(photo.height))
  }
}

extension AttentionMap {
  /// How spread out the attention is, in bits: 0 when all lies on one cell, log₂ of the number of cells when it is even.
  var entropy: Double {
    values.reduce(0) { $1 > 0 ? $0 - Double($1) * log2(Double($1)) : $0 }
  }

  /// The entropy of an even map of this size, log₂ of the number of cells: 6 bits for 8×8.
  var evenEntropy: Double { log2(Double(values.count)) }

  /// The share of an even map's cells: 1/64 for 8×8.
  var evenShare: Float { 1 / Float(values.count) }

  /// Over how many cells attention of this entropy would be spread evenly: `over 12 of 64 cells`.
  var spreadInWords: String { "over \(Decimals.text(exp2(entropy), 0)) of \(values.count) cells" }

  /// The cell most looked at, from 0; the first of equals.
  var peak: (row: Int, column: Int, share: Float) {
    let index = values.indices.max { values[$0] < values[$1] || (values[$0] == values[$1] && $0 > $1) } ?? 0
    return (index / columns, index % columns, values[index])
  }
}

extension Caption {
  /// How likely a word was, in a sense that tells something: greedy decoding draws from one word, which is then
  /// certain, so there it is the probability among all words.
  func likelihood(of word: CaptionWord) -> Float {
    settings.mode == .greedy ? exp(word.logProbability) : word.probability
  }

  /// What the likelihoods are relative to.
  var likelihoodInWords: String {
    settings.mode == .sample
      ? "among the \(settings.topK) likeliest words, at temperature \(settings.temperature)" : "among all words"
  }
}

/// Numbers for people.
enum Decimals {
  static func text(_ value: some BinaryFloatingPoint, _ places: Int) -> String {
    let text = String(format: "%.\(places)f", Double(value))
    // To a reader there is no minus zero.
    let isZero = text.allSatisfy { "-0.".contains($0) }
    return isZero && text.hasPrefix("-") ? String(text.dropFirst()) : text
  }

  /// `0.914` as `91 %`; what would round to nothing keeps a digit, as in `0.04 %`.
  static func percent(_ share: Float) -> String {
    let percent = Double(share) * 100
    return text(percent, percent >= 9.95 ? 0 : percent >= 0.095 ? 1 : 2) + " %"
  }
}
