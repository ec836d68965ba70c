import Tensors

/// Where R sentences look at one step: a map for each layer and head that attends to the photo.
///
/// N = rows · columns regions, P positions: N regions after those that are no region.
package struct AttentionMaps: Sendable {
  /// `[R, layers · heads · N]`.
  package let weights: Tensor
  package let layers: Int
  package let heads: Int
  package let rows: Int
  package let columns: Int
  /// `[R, layers · N]`: of a layer's heads together, where that is another than their mean.
  private let together: Tensor?
  /// What lay on no region, as the weights have it: `[R, layers · heads]`, and `[R, layers]` of heads together.
  private let outside: (each: Tensor?, together: Tensor?)
  /// Whether maps are compared by what they add up to instead of each counting the same.
  private let isAbsolute: Bool
  /// Where the regions are in the photo, when these are some of its.
  private var hidden: HiddenRegions?

  /// Maps that each sum to 1, with nothing left out.
  package init(weights: Tensor, layers: Int = 1, heads: Int = 1, rows: Int, columns: Int) {
    precondition(
      weights.shape.count == 2 && weights.shape[1] == layers * heads * rows * columns,
      "maps of shape \(weights.shape) for \(layers) layers, \(heads) heads, \(rows)×\(columns) regions")
    self.weights = weights
    (self.layers, self.heads, self.rows, self.columns) = (layers, heads, rows, columns)
    (together, outside, isAbsolute) = (nil, (nil, nil), false)
  }

  /// Maps of what each position weighs.
  /// - Parameters:
  ///   - positions: of each layer `[R, heads, P]`, not below 0.
  ///   - together: of each layer `[R, P]`, all heads'; nil where their mean is meant.
  ///   - isAbsolute: whether layers and heads that weigh more count for more.
  init(
    positions: [Tensor], together: [Tensor]? = nil, isAbsolute: Bool = false, rows: Int, columns: Int
  ) {
    (layers, heads) = (positions.count, positions[0].shape[1])
    (self.rows, self.columns, self.isAbsolute) = (rows, columns, isAbsolute)
    let split = { Self.split($0, regions: rows * columns, isAbsolute: isAbsolute) }
    let (each, all) = (split(positions), together.map(split))
    (weights, self.together) = (each.regions, all?.regions)
    outside = (each.outside, all?.outside)
  }

  /// Regions of `[R, maps, P]` of each layer, each map brought to a sum of 1 unless absolute, and the share of what is no
  /// region, or the sum of it where absolute.
  private static func split(
    _ layers: [Tensor], regions: Int, isAbsolute: Bool
  ) -> (regions: Tensor, outside: Tensor) {
    let sentences = layers[0].shape[0]
    let p = layers[0].shape.last!
    let maps = layers[0].count / sentences / p
    let all = Tensor(uninitialized: [sentences, layers.count * maps * regions])
    let outside = Tensor(uninitialized: [sentences, layers.count * maps])
    for (layer, weights) in layers.enumerated() {
      for map in 0..<sentences * maps {
        let place = (map / maps * layers.count + layer) * maps + map % maps
        let (source, target) = (weights.pointer + map * p, all.pointer + place * regions)
        var (sum, left): (Float, Float) = (0, 0)
        for position in 0..<p - regions { left += source[position] }
        for position in p - regions..<p { sum += source[position] }
        let scale = isAbsolute ? 1 : sum > 0 ? 1 / sum : 0
        for region in 0..<regions {
          target[region] = isAbsolute || sum > 0 ? source[p - regions + region] * scale : 1 / Float(regions)
        }
        outside.pointer[place] = isAbsolute ? left : left + sum > 0 ? left / (left + sum) : 0
      }
    }
    return (all, outside)
  }

  /// The map of a sentence.
  /// - Parameters:
  ///   - sentence: its place in the batch.
  ///   - layer: from 0; nil takes the mean over all layers.
  ///   - head: from 0; nil takes the mean over all heads.
  package func map(_ sentence: Int, layer: Int? = nil, head: Int? = nil) -> AttentionMap {
    let isTogether = head == nil && together != nil
    let (all, heads) = isTogether ? (together!.row(sentence), 1) : (weights.row(sentence), self.heads)
    let left = (isTogether ? outside.together : outside.each)?.row(sentence)
    let size = rows * columns
    func part(_ layer: Int, _ head: Int) -> AttentionMap {
      let place = layer * heads + head
      return AttentionMap(
        rows: rows, columns: columns, values: Array(all[place * size..<(place + 1) * size]),
        outside: left.map { $0[place] } ?? 0)
    }
    let chosen = (layer.map { $0..<$0 + 1 } ?? 0..<layers).flatMap { layer in
      (head.map { $0..<$0 + 1 } ?? 0..<heads).map { part(layer, $0) }
    }
    let mean = AttentionMap.mean(chosen)
    let map = isAbsolute ? mean.normalized : mean
    return hidden.map { map.spread(around: $0) } ?? map
  }

  /// Those of a photo of whose regions these are all but the hidden ones, which have nothing.
  func spread(around hidden: HiddenRegions) -> AttentionMaps {
    var maps = self
    maps.hidden = hidden
    return maps
  }
}

extension AttentionMap {
  /// The map of all regions from that of those not hidden.
  fileprivate func spread(around hidden: HiddenRegions) -> AttentionMap {
    var all = [Float](repeating: 0, count: hidden.rows * hidden.columns)
    for (region, value) in zip(hidden.kept, values) { all[region] = value }
    return AttentionMap(rows: hidden.rows, columns: hidden.columns, values: all, outside: outside)
  }

  /// The map brought to a sum of 1, and its share of no region; an even one where nothing is anywhere.
  fileprivate var normalized: AttentionMap {
    let sum = values.reduce(0, +)
    return AttentionMap(
      rows: rows, columns: columns, values: sum > 0 ? values.map { $0 / sum } : values.map { _ in evenShare },
      outside: sum + outside > 0 ? outside / (sum + outside) : 0)
  }
}
