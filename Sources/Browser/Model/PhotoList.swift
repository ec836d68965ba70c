import PhotoLibrary
import SystemPackage

/// What is listed of the folders asked for, folders first, which of it is shown, and which of that is selected. As a
/// collection, what is shown.
struct PhotoList: Sendable, RandomAccessCollection {
  /// How far reading is.
  enum Progress: Sendable, Equatable {
    /// Not everything is there yet. Once it is, a photo may be selected by its path; and where Enter was pressed before
    /// there was anything, the first photo is captioned.
    case reading(selecting: FilePath?, captionsFirst: Bool)
    case complete
  }

  private(set) var progress = Progress.reading(selecting: nil, captionsFirst: false)
  /// What of it could not be read, one sentence each.
  private(set) var problems: [String] = []
  /// The index of the selected photo; 0 where there is none.
  private(set) var selection = 0
  /// How many images are in the folders below, where that was asked.
  private(set) var countBelow: ImageCount?
  /// What the photos are a listing of.
  private var request: ListingRequest?
  /// Everything listed.
  private var items: [PhotoItem] = []
  private var places: [FilePath: Int] = [:]
  /// Photos that had sidecars and had none when they were last listed.
  private(set) var lostSidecars: [FilePath] = []
  /// The names of everything listed, for searching.
  private var names = NameIndex()
  private var listedFolderCount = 0
  /// The places of what is shown, ascending; nil shows everything.
  private var shown: [Int]?

  var startIndex: Int { 0 }
  var endIndex: Int { shown?.count ?? items.count }
  subscript(index: Int) -> PhotoItem { items[shown?[index] ?? index] }

  var selected: PhotoItem? { indices.contains(selection) ? self[selection] : nil }
  /// Folders come first, and are shown with everything else only.
  var folderCount: Int { shown == nil ? listedFolderCount : 0 }
  var imageCount: Int { count - folderCount }
  /// How many images are listed, shown or not.
  var listedImageCount: Int { items.count - listedFolderCount }
  /// The images listed, shown or not.
  var listedImages: ArraySlice<PhotoItem> { items[listedFolderCount...] }

  var isReading: Bool { progress != .complete }

  /// Where a path is among the photos shown.
  func place(of path: FilePath) -> Int? { places[path].flatMap(index) }

  /// A photo known by its path, shown or not.
  func item(_ path: FilePath) -> PhotoItem? { places[path].map { items[$0] } }

  /// What is listed at a place, shown or not.
  func listed(_ place: Int) -> PhotoItem { items[place] }

  /// The index at which something listed is shown.
  private func index(ofPlace place: Int) -> Int? {
    guard let shown else { return place }
    let index = firstIndex(atOrAfter: place)
    return index < shown.count && shown[index] == place ? index : nil
  }

  /// The index of the first that is shown from a place on.
  private func firstIndex(atOrAfter place: Int) -> Int {
    guard let shown else { return place }
    return shown.partitioningIndex { $0 >= place }
  }

  // MARK: - Searching

  /// The indices of the photos shown that contain a text, ascending.
  /// - Parameters:
  ///   - lowered: in lower case.
  ///   - texts: the places at which sidecars contain it.
  ///   - known: paths of photos of which more is known than their names and what their sidecars said when those were read.
  ///   - matches: whether one of these contains it.
  func indices(
    containing lowered: String, texts: [Int], known: some Sequence<FilePath>, where matches: (PhotoItem) -> Bool
  ) -> [Int] {
    guard !lowered.isEmpty, !isEmpty else { return [] }
    var isMatch = [Bool](repeating: false, count: items.count)
    for place in names.matches(lowered) { isMatch[place] = true }
    for place in texts where place < isMatch.count { isMatch[place] = true }
    for place in known.compactMap({ places[$0] }) { isMatch[place] = matches(items[place]) }
    return indices.filter { isMatch[shown?[$0] ?? $0] }
  }

  // MARK: - Changes

  /// Selects the photo nearest to an index.
  /// - Returns: whether it is another one now.
  mutating func select(_ index: Int) -> Bool {
    let target = Swift.min(Swift.max(0, index), Swift.max(0, count - 1))
    defer { selection = target }
    // Whoever moves on from a photo that was waited for is not taken back to it by the next part of a listing.
    if case .reading(let path?, let captionsFirst) = progress, places[path] != nil {
      progress = .reading(selecting: nil, captionsFirst: captionsFirst)
    }
    return target != selection
  }

  /// Selects a photo as soon as it is listed, if the listing that is being read has it.
  mutating func selectOnceRead(_ path: FilePath) {
    guard case .reading(_, let captionsFirst) = progress, places[path] == nil else { return }
    progress = .reading(selecting: path, captionsFirst: captionsFirst)
  }

  /// Shows only photos that fulfil something or, with nil, everything. The selected one stays so or, where it is not
  /// shown, gives way to the next.
  mutating func show(_ isShown: ((PhotoItem) -> Bool)?) {
    let place = isEmpty ? 0 : (shown?[selection] ?? selection)
    shown = isShown.map { isShown in (listedFolderCount..<items.count).filter { isShown(items[$0]) } }
    selection = Swift.max(0, Swift.min(firstIndex(atOrAfter: place), count - 1))
  }

  /// Changes a photo known by its path, if it is still listed.
  mutating func note(_ path: FilePath, _ change: (inout PhotoItem) -> Void) {
    if let place = places[path] { change(&items[place]) }
  }

  mutating func noteCountBelow(_ count: ImageCount) { countBelow = count }

  /// Begins to read anew; what was there stays until the first part has come.
  mutating func beginReading(selecting path: FilePath?) {
    progress = .reading(selecting: path, captionsFirst: false)
    countBelow = nil
  }

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

  /// Takes a listing in; the selected photo stays selected as long as it is there. Others than before are all shown.
  /// - Parameter isTouched: whether something was made of the selected photo; else, the first one stays selected while
  ///   more are found.
  /// - Returns: whether other photos are listed now, or the same in another order.
  mutating func take(_ new: Listing, isTouched: Bool) -> Bool {
    let isFirst = request != new.request
    let isUntouched = isReading && selection == 0 && !isTouched
    var wanted = isFirst || isUntouched ? nil : selected?.path
    if case .reading(let path?, _) = progress { wanted = path }
    let isSame = !isFirst && new.request.order == .name && new.changes.map { $0 == (0, 0) } == true
    lostSidecars = []
    if isSame { dropSidecars(except: new.sidecars) } else { replaceItems(with: new) }
    (request, problems) = (new.request, new.problems)
    selection = wanted.flatMap(place) ?? (isFirst ? 0 : Swift.min(selection, Swift.max(0, count - 1)))
    return !isSame
  }

  mutating func endReading() { progress = .complete }

  /// Lists other photos, or the same in another order. What is known of those looked at is kept.
  private mutating func replaceItems(with new: Listing) {
    var known = items.filter { $0.version != nil && !$0.isFolder }
    if new.isComplete {
      let there = Set(new.sidecars.lazy.map(\.photo))
      for index in known.indices where known[index].sidecar != nil && !there.contains(known[index].path) {
        known[index].sidecar = nil
        lostSidecars.append(known[index].path)
      }
    }
    (items, places, names, listedFolderCount, shown) = (new.photos, new.places, new.names, new.folderCount, nil)
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
        lostSidecars.append(items[place].path)
      }
    }
  }

  /// Which of the images shown is selected; 0 stands for a folder.
  var placeText: String { isEmpty ? "0/0" : "\(Swift.max(0, selection + 1 - folderCount))/\(imageCount)" }
}

extension [Int] {
  /// The first index of an ascending array whose element fulfils what all after it do too.
  func partitioningIndex(where isBeyond: (Int) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBeyond(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
