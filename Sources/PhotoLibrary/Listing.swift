import Files
import SystemPackage

/// What is to be listed.
package struct ListingRequest: Sendable, Equatable {
  /// Folders and images.
  package private(set) var paths: [FilePath]
  /// What each path is called.
  package private(set) var names: [String]
  package var order = PhotoOrder.name
  /// Whether the images of folders below are listed too, instead of those folders.
  package var isDeep = false

  package init(paths: [FilePath], order: PhotoOrder = PhotoOrder.name, isDeep: Bool = false) {
    self.paths = paths
    names = paths.map { FileName.text($0) }
    self.order = order
    self.isDeep = isDeep
  }

  /// What a user typed in a folder. The same image has the same path however it was come by; it is called as it was
  /// typed.
  package init(typed: [FilePath], in folder: FilePath = .current) {
    self.init(paths: typed.map { $0.absolute(in: folder) })
    names = typed.map { FileName.text($0) }
  }

  /// A folder in the same order.
  package func of(folder: FilePath) -> ListingRequest { ListingRequest(paths: [folder], order: order) }
}

/// What was found, in order, with what is needed to find one's way in it. Made off the screen's thread.
package struct Listing: Sendable {
  package let request: ListingRequest
  package let photos: [PhotoItem]
  /// Where each path is.
  package let places: [FilePath: Int]
  /// The photos' names, for searching.
  package let names: NameIndex
  /// How many of the photos are folders; they come first.
  package let folderCount: Int
  /// Photos that have sidecars, in the photos' order.
  package let sidecars: [SidecarPlace]
  /// What could not be read, one sentence each.
  package let problems: [String]
  /// Whether this is all, not only what was found so far.
  package let isComplete: Bool
  /// How many images came and went since this was listed before; nil the first time.
  package var changes: (appeared: Int, vanished: Int)?

  init(_ reader: FolderReader, for request: ListingRequest, isComplete: Bool) {
    self.request = request
    self.isComplete = isComplete
    problems = reader.problems
    let found = Self.sorted(reader.found, request.order)
    photos = found.map { PhotoItem(path: $0.path, name: $0.name, isFolder: $0.isFolder) }
    names = NameIndex(found.lazy.map(\.name))
    places = Dictionary(zip(found.lazy.map(\.path), 0...)) { first, _ in first }
    folderCount = found.prefix { $0.isFolder }.count
    sidecars = reader.texts.isEmpty ? [] : Self.sidecars(of: found, reader.texts)
  }

  private static func sidecars(of found: [FolderReader.Found], _ texts: Set<FilePath>) -> [SidecarPlace] {
    found.indices.compactMap { place in
      let isOne = !found[place].isFolder && texts.contains(Sidecar.stem(of: found[place].path))
      return isOne ? SidecarPlace(place: place, photo: found[place].path) : nil
    }
  }

  /// Folders, then photos, in an order; each path named by the user stays before those named after it.
  private static func sorted(_ found: [FolderReader.Found], _ order: PhotoOrder) -> [FolderReader.Found] {
    let byName = NameIndex(found.lazy.map(\.name)).sorted().map { found[$0] }
    let grouped = byName.filter(\.isFolder) + byName.filter { !$0.isFolder }
    switch order {
    case .name: return stable(grouped) { $0.root < $1.root }
    case .newest: return stable(grouped) { !$0.isFolder && !$1.isFolder && $0.modified > $1.modified }
    case .largest: return stable(grouped) { !$0.isFolder && !$1.isFolder && $0.bytes > $1.bytes }
    }
  }

  /// Swift's own sort keeps equal elements in place.
  private static func stable(
    _ found: [FolderReader.Found], _ precedes: (FolderReader.Found, FolderReader.Found) -> Bool
  ) -> [FolderReader.Found] {
    guard let split = found.firstIndex(where: { !$0.isFolder }) else { return found.sorted(by: precedes) }
    return found[..<split].sorted(by: precedes) + found[split...].sorted(by: precedes)
  }
}
