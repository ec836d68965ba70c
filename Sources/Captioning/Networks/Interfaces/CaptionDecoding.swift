import Tensors

/// A network that writes captions token by token from a feature map.
///
/// Shapes: R sentences about one photo at once, V tokens.
package protocol CaptionDecoding: Sendable {
  associatedtype Context: DecodingContext
  /// V.
  var vocabularySize: Int { get }
  /// What every step needs of a photo, made once.
  /// - Parameter features: of one photo, of any rows and columns.
  func prepare(_ features: FeatureMap) -> Context
  /// The same for networks that take long over it.
  /// - Parameter checkCancelled: asked often; what it throws ends the work.
  func prepare(_ features: FeatureMap, checkCancelled: () throws -> Void) rethrows -> Context
  /// How often that asks; 0 where it is too quick to tell how far it is.
  var steps: Int { get }
}

extension CaptionDecoding {
  package var steps: Int { 0 }

  /// For networks that are quick at it.
  package func prepare(_ features: FeatureMap, checkCancelled: () throws -> Void) rethrows -> Context {
    try checkCancelled()
    return prepare(features)
  }
}

/// A photo as a decoder sees it.
package protocol DecodingContext: Sendable {
  associatedtype States: DecodingStates
  /// How much memory it takes, where that is much.
  var byteCount: Int { get }
  /// The states of `count` sentences that have no token yet.
  func start(_ count: Int) -> States
  /// Takes R sentences a token further.
  /// - Parameters:
  ///   - tokens: the last token of each.
  ///   - states: what the tokens before it left.
  func step(_ tokens: [Int], states: States) -> DecodingStep<States>
  /// The same for networks that take long over it.
  /// - Parameter checkCancelled: asked often, at least once; what it throws ends the step.
  func step(
    _ tokens: [Int], states: States, checkCancelled: () throws -> Void
  ) rethrows -> DecodingStep<States>
  /// The same, with maps of another kind than attention.
  /// - Parameters:
  ///   - tokens: the last of each sentence.
  ///   - states: of the sentences.
  ///   - kind: of the maps.
  ///   - next: the token that follows in each sentence, whose logit gradients are of.
  func step(_ tokens: [Int], states: States, maps kind: MapKind, next: [Int]) -> DecodingStep<States>
  /// All steps of whole sentences at once, for maps that cost much less that way.
  /// - Parameters:
  ///   - sentences: tokens from the start of each, at least two.
  ///   - kind: of the maps.
  ///   - checkCancelled: asked between layers; what it throws ends the work.
  /// - Returns: nil where the network makes such maps a token at a time.
  func steps(
    through sentences: [[Int]], maps kind: MapKind, checkCancelled: () throws -> Void
  ) rethrows -> SentenceSteps<States>?
  /// What comes after a token where some regions are left out of attention at this step alone, as if their scores were
  /// −∞; the tokens before it were read with all in view. Where all are left out attention finds zeros, or what is no
  /// region.
  /// - Parameters:
  ///   - states: of one sentence.
  ///   - sets: S sets of regions, row-major.
  /// - Returns: `[S, V]`.
  func logits(_ token: Int, states: States, leavingOut sets: [[Int]]) -> Tensor
}

extension DecodingContext {
  package var byteCount: Int { 0 }

  /// For networks that are quick at it.
  package func step(
    _ tokens: [Int], states: States, checkCancelled: () throws -> Void
  ) rethrows -> DecodingStep<States> {
    try checkCancelled()
    return step(tokens, states: states)
  }

  /// For contexts that have no maps but attention.
  package func step(_ tokens: [Int], states: States, maps kind: MapKind, next: [Int]) -> DecodingStep<States> {
    step(tokens, states: states)
  }

  /// For contexts that go a token at a time.
  package func steps(
    through sentences: [[Int]], maps kind: MapKind, checkCancelled: () throws -> Void
  ) rethrows -> SentenceSteps<States>? { nil }
}

/// What a decoder remembers of R sentences: recurrent states, or the keys and values of the tokens so far.
package protocol DecodingStates: Sendable {
  /// Those of some sentences, in that order, repeated where asked for twice.
  func rows(_ indices: [Int]) -> Self
}

/// What the steps of whole sentences give: a row for each token that another follows, sentence after sentence.
package struct SentenceSteps<States: DecodingStates>: Sendable {
  /// `[R, V]`.
  package let logits: Tensor
  /// What the tokens before each left.
  package let before: States
  package let attention: AttentionMaps

  package init(logits: Tensor, before: States, attention: AttentionMaps) {
    (self.logits, self.before, self.attention) = (logits, before, attention)
  }
}

/// What a step gives.
package struct DecodingStep<States: DecodingStates>: Sendable {
  /// `[R, V]`.
  package let logits: Tensor
  package let states: States
  package let attention: AttentionMaps

  package init(logits: Tensor, states: States, attention: AttentionMaps) {
    (self.logits, self.states, self.attention) = (logits, states, attention)
  }
}
