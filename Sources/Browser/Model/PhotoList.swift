import PhotoLibrary
import SystemPackage

/// What is listed of the folders asked for, folders first, and which of it is selected.
struct PhotoList: Sendable, RandomAccessCollection {
  /// How far reading is.
  enum Progress: Sendable, Equatable {
    /// Not everything is there yet. Once it is, a photo may be selected by its path; and where Enter was pressed before
    /// there was anything, the first photo is captioned.
    case reading(selecting: FilePath?, captionsFirst: Bool)
    case complete
  }

  private(set) var progress = Progress.reading(selecting: nil, captionsFirst: false)
  private(set) var folderCount = 0
  /// The names, for searching.
  private(set) var names = NameIndex()
  /// The index of the selected photo; 0 where there is none.
  private(set) var selection = 0
  /// What the photos are a listing of.
  private var request: ListingRequest?
  private var items: [PhotoItem] = []
  private var places: [FilePath: Int] = [:]

  var startIndex: Int { 0 }
  var endIndex: Int { items.count }
  subscript(index: Int) -> PhotoItem { items[index] }

  var selected: PhotoItem? { indices.contains(selection) ? items[selection] : nil }
  var imageCount: Int { count - folderCount }

  var isReading: Bool { progress != .complete }

  /// Where a path is among the photos.
  func place(of path: FilePath) -> Int? { places[path] }

  // MARK: - Changes

  /// Selects the photo nearest to an index.
  /// - Returns: whether it is another one now.
  mutating func select(_ index: Int) -> Bool {
    let target = Swift.min(Swift.max(0, index), Swift.max(0, count - 1))
    defer { selection = target }
    return target != selection
  }

  /// Changes a photo known by its path, if it is still listed.
  mutating func note(_ path: FilePath, _ change: (inout PhotoItem) -> Void) {
    if let place = places[path] { change(&items[place]) }
  }

  /// Begins to read anew; what was there stays until the first part has come.
  mutating func beginReading(selecting path: FilePath?) { progress = .reading(selecting: path, captionsFirst: false) }

  /// Has the first photo captioned once it is there, while that is being read.
  mutating func captionFirst() {
    if case .reading(let path, _) = progress { progress = .reading(selecting: path, captionsFirst: true) }
  }

  /// Whether the first photo, which is there now, is to be captioned; told once.
  mutating func takeCaptionsFirst() -> Bool {
    guard case .reading(let path, true) = progress, !isEmpty else { return false }
    progress = .reading(selecting: path, captionsFirst: false)
    return true
  }

  /// Takes a listing in; the selected photo stays selected as long as it is there.
  /// - Parameter isTouched: whether something was made of the selected photo; else, the first one stays selected while
  ///   more are found.
  /// - Returns: whether other photos are listed now, or the same in another order.
  mutating func take(_ new: Listing, isTouched: Bool) -> Bool {
    let isFirst = request != new.request
    let isUntouched = isReading && selection == 0 && !isTouched
    var wanted = isFirst || isUntouched ? nil : selected?.path
    if case .reading(let path?, _) = progress { wanted = path }
    let isSame = !isFirst && new.request.order == .name && new.changes.map { $0 == (0, 0) } == true
    if isSame { dropSidecars(except: new.sidecars) } else { replaceItems(with: new) }
    request = new.request
    selection = wanted.flatMap { places[$0] } ?? (isFirst ? 0 : Swift.min(selection, Swift.max(0, count - 1)))
    return !isSame
  }

  mutating func endReading() { progress = .complete }

  /// Lists other photos, or the same in another order. What is known of those looked at is kept.
  private mutating func replaceItems(with new: Listing) {
    let known = items.filter { $0.version != nil && !$0.isFolder }
    (items, places, names, folderCount) = (new.photos, new.places, new.names, new.folderCount)
    for photo in known {
      note(photo.path) { ($0.status, $0.version, $0.sidecar) = (photo.status, photo.version, photo.sidecar) }
    }
  }

  /// Notes what sidecars say.
  mutating func note(_ entries: [(place: Int, sidecar: SidecarText)]) {
    for entry in entries { items[entry.place].sidecar = entry.sidecar }
  }

  /// Forgets sidecars that are no longer there.
  private mutating func dropSidecars(except there: [SidecarPlace]) {
    var rest = there[...]
    for place in items.indices {
      if rest.first?.place == place {
        rest.removeFirst()
      } else if items[place].sidecar != nil {
        items[place].sidecar = nil
      }
    }
  }

  // MARK: - In words

  /// Which of the images is selected; 0 stands for a folder.
  var placeText: String { isEmpty ? "0/0" : "\(Swift.max(0, selection + 1 - folderCount))/\(imageCount)" }

  /// How many there are, and in which order where that is not theirs by name.
  func countText(_ order: PhotoOrder) -> String {
    if isReading { return imageCount == 0 ? "" : "\(imageCount) so far" }
    let text = imageCount == 1 ? "1 image" : "\(imageCount) images"
    return order == .name ? text : "\(text), \(order.label)"
  }
}
