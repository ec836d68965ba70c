import Captioning
import Reports
import SystemPackage

/// Which maps words have: kinds, layers and heads. A change has the captions of the selected photo read once more, whoever
/// wrote them; none is drawn anew.
extension BrowserModel {
  mutating func chooseMaps(_ action: Action) -> [Effect] {
    guard photo != nil, let record, let told = record.told else {
      inform("no caption yet: Enter draws some")
      return []
    }
    let own = told.maps
    var choice = captions.maps
    // From maps that one caption alone has, back to those of all.
    let isBack = action == .mapKind && own.choice.kind == .covering
    switch action {
    case _ where isBack: break
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
    guard isBack || choice != captions.maps else {
      inform("this network has one layer and one head that look at the photo")
      return []
    }
    captions.maps = choice
    inform(CaptionMaps(choice, layers: own.layers, heads: own.heads).inWords)
    // The shown caption is not kept waiting for the others.
    return retell(record.current.allTold)
  }

  private mutating func retell(_ captions: [Caption]) -> [Effect] {
    guard let photo, let record, !captions.isEmpty else { return [] }
    let job = retelling(captions, of: photo.path, record)
    self.captions.lastRetelling = job
    return begin(job)
  }

  /// Once nothing else is being done, has the selected photo's captions told with the maps chosen where they have others:
  /// the shown one first, then the rest. Drawing them does not wait for it.
  mutating func retellSelected() -> [Effect] {
    guard captions.work == nil, captions.queue?.isRunning != true, let photo, let record else { return [] }
    func inNeed(_ told: [Caption]) -> [Caption] {
      told.filter { $0.maps.choice != captions.maps && $0.maps.choice.kind != .covering }
    }
    let shown = inNeed(record.current.allTold)
    let all = shown.isEmpty ? inNeed(record.entries.flatMap(\.allTold)) : shown
    return retelling(all, of: photo.path, record) == captions.lastRetelling ? [] : retell(all)
  }

  private func retelling(_ told: [Caption], of path: FilePath, _ record: CaptionRecord) -> CaptionJob {
    CaptionJob(path: path, settings: record.settings ?? captions.settings, retold: told, maps: captions.maps)
  }

  /// Has the selected photo's other captions told with the maps chosen, once the shown one is.
  mutating func retellOthers() -> [Effect] {
    let others = (record?.entries ?? []).flatMap(\.allTold).filter {
      $0.maps.choice != captions.maps && $0.maps.choice.kind != .covering
    }
    return retell(others)
  }

  /// Has the chosen caption's maps made by covering each cell in the photo, which goes on in the background.
  mutating func coverCells() -> [Effect] {
    guard let photo, let told = record?.told else {
      inform(record == nil ? "no caption yet: Enter draws some" : "l has it recited first")
      return []
    }
    guard told.hidden == nil else {
      inform("cells are hidden already: choose a caption of the whole photo")
      return []
    }
    guard told.maps.choice.kind != .covering else {
      inform("these are its maps: y goes back")
      return []
    }
    playback = nil
    return begin(CaptionJob(path: photo.path, settings: captions.settings, question: .covering(told)))
  }

  /// The next of all together and `count` alone; all together where there is one.
  private static func step(_ index: Int?, by step: Int, count: Int) -> Int? {
    guard count > 1 else { return nil }
    let place = ((index.map { $0 + 1 } ?? 0) + step + count + 1) % (count + 1)
    return place == 0 ? nil : place - 1
  }
}
