import Captioning
import Files

extension MapKind {
  package var inWords: String {
    switch self {
    case .attention: "attention"
    case .value: "value-weighted attention"
    case .gradient: "gradient times attention"
    case .occlusion: "fall when left out of attention"
    case .covering: "fall when covered in the photo"
    }
  }
}

extension CaptionMaps {
  /// `value-weighted attention, layer 3 of 12, all heads`.
  package var inWords: String {
    guard layers * heads > 1, !choice.kind.isOfWholeNetwork else { return choice.kind.inWords }
    let layer = choice.layer.map { "layer \($0 + 1) of \(layers)" } ?? "all layers"
    let head = choice.head.map { "head \($0 + 1) of \(heads)" } ?? "all heads"
    return "\(choice.kind.inWords), \(layer), \(head)"
  }

  /// `value L3 H2`, with less room; what is all is left out.
  package var inShort: String {
    choice.kind.rawValue + (choice.layer.map { " L\($0 + 1)" } ?? "") + (choice.head.map { " H\($0 + 1)" } ?? "")
  }
}

extension AttentionMap {
  /// What was left out, in words; nil where nothing was.
  package var outsideInWords: String? { outside > 0 ? "class token \(Figures.share(outside))" : nil }
}

extension Caption {
  /// Which maps its words have and what they leave out, in words; nil where the network has only one kind.
  package var mapsInWords: String? {
    guard maps.isSpecial, !words.isEmpty else { return nil }
    let outside = words.reduce(0) { $0 + $1.attention.outside } / Float(words.count)
    return maps.inWords + (outside > 0 ? "; class token \(Figures.share(outside)), left out" : "")
  }
}
