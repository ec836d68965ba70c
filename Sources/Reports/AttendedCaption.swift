import Captioning
import Files
import Foundation
import Raster

/// A caption of a photo with everything that an account of its attention tells.
package struct AttendedCaption {
  /// As shown to readers: no more of the path than the file's name.
  let imageName: String
  package let photo: PixelImage
  package let caption: Caption
  let weights: WeightsIdentity
  /// What the weights file says of how it came to be.
  let provenance: [String: String]
  let overlay: HeatOverlay
  /// Which share of attention is full heat.
  var scale = HeatScale.ownMaximum
  /// The same words with nothing hidden; nil where nothing is.
  var whole: Caption?
  /// What was drawn with the same cells hidden.
  var redrawn: Caption?

  package init(
    imageName: String, photo: PixelImage, caption: Caption, weights: WeightsIdentity, provenance: [String: String],
    overlay: HeatOverlay, scale: HeatScale = HeatScale.ownMaximum, whole: Caption? = nil, redrawn: Caption? = nil
  ) {
    (self.whole, self.redrawn) = (whole, redrawn)
    self.imageName = imageName
    self.photo = caption.hidden.map { photo.showing($0) } ?? photo
    self.caption = caption
    self.weights = weights
    self.provenance = provenance
    self.overlay = overlay
    self.scale = scale
  }

  /// How the caption was drawn, from what, and how likely it is.
  var origin: String {
    let end = caption.finished ? "" : ", cut off"
    return "weights \(weights.name) \(weights.sha256.prefix(12)), \(caption.mannerInWords), "
      + "log-probability \(Figures.logProbability(caption.logProbability))\(end)"
      + (caption.mapsInWords.map { ", maps: \($0)" } ?? "") + (caption.hidden.map { ", \($0.inWords)" } ?? "")
      + (redrawn.map { "; drawn again: \($0.text)" } ?? "")
  }

  /// What the heat over a photo says.
  static func legend(_ scale: HeatScale) -> String {
    let full = scale == .fixed ? "8 times an even share or more" : "each word's most attended cell"
    return "What glows got more than an even share of attention; full strength is \(full)."
  }
}

extension AttentionMap {
  /// Over how many cells attention of this entropy would be spread evenly: `over 12 of 64 cells`.
  package var spreadInWords: String { "over \(Figures.fixed(exp2(entropy), 0)) of \(values.count) cells" }
}

extension Caption {
  /// How it came to be, in a few words.
  var mannerInWords: String { isRecited ? "recited by the network" : settings.inWords }

  /// How likely a word was, in a sense that tells something: greedy decoding draws from one word, which is then
  /// certain, so there it is the probability among all words.
  func likelihood(of word: CaptionWord) -> Float {
    settings.mode == .greedy ? exp(word.logProbability) : word.probability
  }

  /// Both probabilities of a word, each with what it is of: `0.347 of top 10` where it was drawn among so many, and
  /// `0.295 of all` words.
  package func chances(of word: CaptionWord) -> [String] {
    let all = "\(Figures.probability(exp(word.logProbability))) of all"
    guard settings.mode == .sample, !isRecited, !word.isGiven else { return [all] }
    return ["\(Figures.probability(word.probability)) of top \(settings.topK)", all]
  }

  /// What the likelihoods are relative to.
  var likelihoodInWords: String {
    settings.mode == .sample
      ? "among the \(settings.topK) likeliest words, at temperature \(settings.temperature)" : "among all words"
  }
}
