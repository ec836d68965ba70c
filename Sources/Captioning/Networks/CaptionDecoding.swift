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
}

/// A photo as a decoder sees it.
package protocol DecodingContext: Sendable {
  associatedtype States: DecodingStates
  /// The states of `count` sentences that have no token yet.
  func start(_ count: Int) -> States
  /// Takes R sentences a token further.
  /// - Parameters:
  ///   - tokens: the last token of each.
  ///   - states: what the tokens before it left.
  func step(_ tokens: [Int], states: States) -> DecodingStep<States>
}

/// What a decoder remembers of R sentences: recurrent states, or the keys and values of the tokens so far.
package protocol DecodingStates: Sendable {
  /// Those of some sentences, in that order, repeated where asked for twice.
  func rows(_ indices: [Int]) -> Self
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

/// Where R sentences look at one step: a map for each layer and head that attends to the photo.
package struct AttentionMaps: Sendable {
  /// `[R, layers · heads · rows · columns]`, every map summing to 1. Attention to what is no region is left out before.
  package let weights: Tensor
  package let layers: Int
  package let heads: Int
  package let rows: Int
  package let columns: Int

  package init(weights: Tensor, layers: Int = 1, heads: Int = 1, rows: Int, columns: Int) {
    precondition(
      weights.shape.count == 2 && weights.shape[1] == layers * heads * rows * columns,
      "maps of shape \(weights.shape) for \(layers) layers, \(heads) heads, \(rows)×\(columns) regions")
    self.weights = weights
    (self.layers, self.heads, self.rows, self.columns) = (layers, heads, rows, columns)
  }

  /// The map of a sentence.
  /// - Parameters:
  ///   - layer, head: from 0; nil takes the mean over all.
  package func map(_ sentence: Int, layer: Int? = nil, head: Int? = nil) -> AttentionMap {
    let (all, size) = (weights.row(sentence), rows * columns)
    func part(_ layer: Int, _ head: Int) -> AttentionMap {
      let first = (layer * heads + head) * size
      return AttentionMap(rows: rows, columns: columns, values: Array(all[first..<first + size]))
    }
    let chosen = (layer.map { $0..<$0 + 1 } ?? 0..<layers).flatMap { layer in
      (head.map { $0..<$0 + 1 } ?? 0..<heads).map { part(layer, $0) }
    }
    return AttentionMap.mean(chosen)
  }
}
