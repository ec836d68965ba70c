import Files
import PhotoLibrary
import SystemPackage

/// The way from what was asked for to what is listed now.
struct FolderTrail: Sendable, Equatable {
  /// What is listed, and what it is called.
  struct Stop: Sendable, Equatable {
    var title: String
    var request: ListingRequest
  }

  private(set) var here: Stop
  /// The folders entered on the way here, each left for one in it.
  private(set) var parents: [Stop] = []

  init(title: String) { here = Stop(title: title, request: ListingRequest(paths: [])) }

  /// What was asked for, as the header shows it.
  var title: String { here.title }
  var request: ListingRequest { here.request }

  /// Begins the way.
  mutating func open(_ request: ListingRequest) {
    parents = []
    here.request = request
  }

  mutating func enter(_ folder: FilePath) {
    parents.append(here)
    go(to: folder)
  }

  /// Back to where one came from or, at the beginning of the way, to the folder around this one.
  /// - Returns: the folder that was left; nil where there is none above.
  mutating func leave() -> FilePath? {
    guard let left = here.request.paths.first else { return nil }
    if let parent = parents.popLast() {
      let order = here.request.order
      here = parent
      here.request.order = order
      return left
    }
    let path = left.standardized
    let above = path.removingLastComponent()
    guard here.request.paths.count == 1, above != path else { return nil }
    go(to: above)
    return path
  }

  mutating func changeOrder() { here.request.order = here.request.order.next }

  /// Lists the images of folders below too, or not.
  mutating func toggleDepth() { here.request.isDeep.toggle() }

  private mutating func go(to folder: FilePath) {
    here.title = FolderTitle.of([folder])
    here.request = here.request.of(folder: folder)
  }
}
