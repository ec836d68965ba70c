import Captioning
import SystemPackage

/// One sentence through several networks, side by side.
extension BrowserModel {
  /// - Returns: nil when the action is not about networks.
  mutating func compareNetworks(_ action: Action) -> [Effect]? {
    switch action {
    case .networks: return toggleNetworks()
    case _ where !views.isComparingNetworks: return nil
    case .nextPane: networks.choose((networks.chosen + 1) % networks.count)
    case .previousPane: networks.choose((networks.chosen + networks.count - 1) % networks.count)
    case .pick(let index): networks.choose(index)
    case .caption, .back: return leaveNetworks()
    default: return nil
    }
    return []
  }

  private mutating func toggleNetworks() -> [Effect] {
    if views.isComparingNetworks { return leaveNetworks() }
    guard !networks.others.isEmpty else {
      inform("no other network: gaze --against WEIGHTS compares with one")
      return []
    }
    // A text that nobody has read yet is read first, by the program's own network.
    if let effects = recall() { return effects }
    guard record?.told != nil else {
      inform("no caption yet: Enter draws some")
      return []
    }
    playback = nil
    views.show(.networks)
    return []
  }

  private mutating func leaveNetworks() -> [Effect] {
    views.show(.list)
    return captions.asked?.job.isOfNetworks == true ? [.cancelCaption] : []
  }

  /// While networks are compared, asks the next of those in sight that has not told what it makes of the sentence: the
  /// chosen one first.
  mutating func askNetworks() -> [Effect] {
    guard views.isComparingNetworks, let photo, let text = record?.current.text else { return [] }
    networks.ask(
      about: .init(path: photo.path, version: photo.version, text: text, maps: captions.maps))
    if case .failed = captions.engine { return [] }
    guard captions.asked == nil, let next = networksInSight.first(where: { networks[$0] == nil }) else { return [] }
    return begin(CaptionJob(path: photo.path, settings: captions.settings, question: .network(next, text)))
  }

  /// The chosen first, then the program's own, which all are compared with, then the others from left to right.
  private var networksInSight: [Int] {
    [networks.chosen, 0] + (networkLayout(in: layout)?.columns.map(\.index) ?? [])
  }

  /// Notes what came of asking a network, unless something else is asked by now.
  mutating func note(_ telling: ComparedNetworks.Telling, of network: Int, _ text: String, _ job: CaptionJob) {
    guard let subject = networks.subject, (subject.path, subject.text, subject.maps) == (job.path, text, job.maps)
    else { return }
    networks.note(telling, of: network)
  }
}
