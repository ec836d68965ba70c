import Captioning
import Reports

/// Which maps words have: kinds, layers and heads. A change has the captions of the selected photo read once more, whoever
/// wrote them; none is drawn anew.
extension BrowserModel {
  mutating func chooseMaps(_ action: Action) -> [Effect] {
    guard let photo, let record, let told = record.told else {
      inform("no caption yet: Enter draws some")
      return []
    }
    let own = told.maps
    var choice = captions.maps
    switch action {
    case .mapKind:
      let kinds = MapKind.allCases
      choice.kind = kinds[(kinds.firstIndex(of: choice.kind)! + 1) % kinds.count]
      // It is of all of them together.
      if choice.kind == .occlusion { (choice.layer, choice.head) = (nil, nil) }
    case _ where choice.kind == .occlusion && own.layers * own.heads > 1:
      inform("these maps are of all layers and heads together: y for others")
      return []
    case .nextLayer: choice.layer = Self.step(choice.layer, by: 1, count: own.layers)
    case .previousLayer: choice.layer = Self.step(choice.layer, by: -1, count: own.layers)
    case .nextHead: choice.head = Self.step(choice.head, by: 1, count: own.heads)
    default: choice.head = Self.step(choice.head, by: -1, count: own.heads)
    }
    guard choice != captions.maps else {
      inform("this network has one layer and one head that look at the photo")
      return []
    }
    captions.maps = choice
    inform(CaptionMaps(choice, layers: own.layers, heads: own.heads).inWords)
    // What was drawn comes back when an edit is undone.
    let all = record.entries.flatMap { entry in
      [entry.told, entry.edit == nil ? nil : entry.caption].compactMap { $0 }
    }
    return begin(CaptionJob(path: photo.path, settings: record.settings ?? captions.settings, retold: all))
  }

  /// The next of all together and `count` alone; all together where there is one.
  private static func step(_ index: Int?, by step: Int, count: Int) -> Int? {
    guard count > 1 else { return nil }
    let place = ((index.map { $0 + 1 } ?? 0) + step + count + 1) % (count + 1)
    return place == 0 ? nil : place - 1
  }
}
