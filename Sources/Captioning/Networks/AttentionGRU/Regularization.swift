import Tensors

/// What is left out or smoothed while training.
package struct Regularization: Sendable, Equatable {
  /// On the embedded words, the regions and the vector before the word layer.
  var dropout: Float = 0
  /// On the encoder's own features.
  var featureDropout: Float = 0
  var labelSmoothing: Float = 0
  /// What the mean entropy of the words' maps, in nats as in the loss beside it, weighs in the loss; above 0 asks for
  /// sharper maps.
  package var mapEntropy: Float = 0
  /// The share of a photo's regions that attention does without, for all its words.
  package var regionDropout: Float = 0
  /// What drawing together weighs in the loss where photos have mirror images in a batch: what is said of both, and where
  /// attention looks meanwhile. See `MirrorTerms`.
  var mirrorWeight: Float = 0
  var mirrorMapWeight: Float = 0

  package init(
    dropout: Float = 0, featureDropout: Float = 0, labelSmoothing: Float = 0, mapEntropy: Float = 0,
    regionDropout: Float = 0, mirrorWeight: Float = 0, mirrorMapWeight: Float = 0
  ) {
    self.dropout = dropout
    self.featureDropout = featureDropout
    self.labelSmoothing = labelSmoothing
    self.mapEntropy = mapEntropy
    self.regionDropout = regionDropout
    self.mirrorWeight = mirrorWeight
    self.mirrorMapWeight = mirrorMapWeight
  }
}

/// Independent streams for the places where dropout acts.
struct DropoutSeeds {
  let features: UInt64
  let regions: UInt64
  let words: UInt64
  let last: UInt64
  let attended: UInt64
  /// Of what attention does without.
  let leftOut: UInt64

  init(_ seed: UInt64) {
    var random = CounterRandom(seed: seed, stream: "dropout")
    features = random.next()
    regions = random.next()
    words = random.next()
    last = random.next()
    attended = random.next()
    leftOut = random.next()
  }
}
