import Captioning
import Reports

/// Captions and what was asked about them.
extension CaptionRecord {
  /// Each caption with those asked about it behind it.
  static func tree(_ entries: [Entry]) -> [Entry] {
    let known = Set(entries.map(\.id))
    func isBranch(_ entry: Entry) -> Bool { entry.origin == .asked && entry.parent.map(known.contains) == true }
    let branches = Dictionary(grouping: entries.filter(isBranch)) { $0.parent! }
    func withBranches(_ entry: Entry) -> [Entry] {
      [entry] + (branches[entry.id] ?? []).sorted { $0.id < $1.id }.flatMap(withBranches)
    }
    return entries.filter { !isBranch($0) }.flatMap(withBranches)
  }

  /// The caption that one was asked about, if that is still there.
  func parent(of index: Int) -> Int? { entries[index].parent.flatMap { self.index(of: $0) } }

  /// How many captions stand between one and the root of its tree.
  func depth(of index: Int) -> Int {
    guard entries[index].origin == .asked, let parent = parent(of: index) else { return 0 }
    return depth(of: parent) + 1
  }

  /// By how much hiding cells lowered each word's log-probability; nil where a caption is not such a one.
  func falls(of index: Int) -> [Float]? {
    guard let told = entries[index].told, told.hidden != nil,
      let whole = parent(of: index).flatMap({ entries[$0].told })
    else { return nil }
    return told.falls(from: whole)
  }
}
