/// How a map is made of where a network looks.
public enum MapKind: String, Sendable, CaseIterable {
  /// The attention weights.
  case attention
  /// How long the vector is that each region adds to what was found, ‖weight · value‖ (Kobayashi et al. 2020).
  case value
  /// Attention weights times what the word's logit gains by each, where it gains (as ALBEF, Li et al. 2021, and Chefer
  /// et al. 2021).
  case gradient
  /// How much the word's log-probability falls when a region is left out of attention, where it falls (occlusion, Zeiler
  /// & Fergus 2014). Of all layers and heads together.
  case occlusion
  /// The same when a region is painted over in the photo, which is encoded anew for each. Of a caption that was given such
  /// maps by `Captioner.covering` alone.
  case covering

  /// Those that any caption can be told with from what the network made of the photo.
  public static let allCases: [MapKind] = [.attention, .value, .gradient, .occlusion]

  /// Whether they are of all layers and heads together.
  public var isOfWholeNetwork: Bool { self == .occlusion || self == .covering }
}

/// Which map is told of a word.
public struct MapChoice: Sendable, Hashable {
  public var kind: MapKind
  /// From 0; nil is the mean over all.
  public var layer: Int?
  /// From 0; nil is all of a layer together.
  public var head: Int?

  public init(kind: MapKind = .attention, layer: Int? = nil, head: Int? = nil) {
    (self.kind, self.layer, self.head) = (kind, layer, head)
  }
}

/// The maps of a caption's words: which were chosen, of how many layers and heads.
public struct CaptionMaps: Sendable, Hashable {
  public var choice: MapChoice
  public let layers: Int
  public let heads: Int

  public init(_ choice: MapChoice = MapChoice(), layers: Int = 1, heads: Int = 1) {
    (self.choice, self.layers, self.heads) = (choice, layers, heads)
  }

  /// Whether there was something to choose.
  public var isSpecial: Bool { layers * heads > 1 || choice != MapChoice() }
}
