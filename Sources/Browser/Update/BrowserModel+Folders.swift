import Foundation
import PhotoLibrary

/// A folder that was left for one in it.
struct FolderVisit: Sendable, Equatable {
  var listing: ListingRequest
  var title: String
}

/// Which photos are listed: folders entered and left, their order, and what comes and goes.
extension BrowserModel {
  /// - Returns: nil when the action is not about folders.
  mutating func changeFolder(_ action: Action) -> [Effect]? {
    switch action {
    case .order:
      inform(listing.order.next.label)
      return list(changing { $0.order = listing.order.next }, selecting: photo?.path)
    case .deep:
      inform(listing.isDeep ? "this folder alone" : "with all folders below")
      return list(changing { $0.isDeep.toggle() }, selecting: photo?.path)
    case .leaveFolder: return leaveFolder()
    default: return nil
    }
  }

  private func changing(_ change: (inout ListingRequest) -> Void) -> ListingRequest {
    var changed = listing
    change(&changed)
    return changed
  }

  mutating func enter(_ folder: Photo) -> [Effect] {
    trail.append(FolderVisit(listing: listing, title: title))
    title = FolderTitle.of([folder.path])
    return list(changing { ($0.paths, $0.isDeep) = ([folder.path], false) }, selecting: nil)
  }

  /// Back to where one came from or, at the beginning of the way, to the folder around this one.
  private mutating func leaveFolder() -> [Effect] {
    guard let here = listing.paths.first else { return [] }
    if let visit = trail.popLast() {
      title = visit.title
      var request = visit.listing
      request.order = listing.order
      return list(request, selecting: here)
    }
    let path = URL(fileURLWithPath: here).standardizedFileURL.path
    let above = URL(fileURLWithPath: path).deletingLastPathComponent().path
    guard listing.paths.count == 1, above != path else {
      inform("there is no folder above")
      return []
    }
    title = FolderTitle.of([above])
    return list(changing { ($0.paths, $0.isDeep) = ([above], false) }, selecting: path)
  }

  /// Begins anew with what is asked for.
  private mutating func list(_ request: ListingRequest, selecting path: String?) -> [Effect] {
    listing = request
    isScanning = true
    nextWordAt = nil
    captionsFirst = false
    (isComparing, pane) = (false, .photos)
    toSelect = path
    return [.list(request)]
  }

  mutating func handle(_ message: FolderMessage) -> [Effect] {
    switch message {
    case .listed(let new): return take(new)
    case .changed: return isScanning ? [] : [.list(listing)]
    case .rewritten(let paths): return forget(paths)
    }
  }

  /// Takes a listing in; the selected photo stays selected as long as it is there.
  private mutating func take(_ new: Listing) -> [Effect] {
    guard new.request == listing else { return [] }
    let isFirst = shown != listing
    let isUntouched = isScanning && selection == 0 && record == nil && work == nil
    let selected = toSelect ?? (isFirst || isUntouched ? nil : photo?.path)
    if shown == listing, listing.order == .name, let changes = new.changes, changes == (0, 0) {
      dropSidecars(except: new.sidecars)
    } else {
      takePhotos(of: new)
    }
    shown = listing
    selection = selected.flatMap { places[$0] } ?? (isFirst ? 0 : min(selection, max(0, photos.count - 1)))
    if record == nil { (isComparing, pane) = (false, .photos) }
    if new.isComplete {
      isScanning = false
      toSelect = nil
      tell(new)
    }
    return captionFirst() + wantPreviews() + wantSidecars(of: new)
  }

  /// Lists other photos, or the same in another order. What is known of those looked at is kept.
  private mutating func takePhotos(of new: Listing) {
    let known = photos.filter { $0.version != nil }
    (photos, places, names, folderCount) = (new.photos, new.places, new.names, new.folderCount)
    captionIndex = []
    for photo in known where !photo.isFolder {
      note(photo.path) { ($0.status, $0.version, $0.sidecar) = (photo.status, photo.version, photo.sidecar) }
    }
  }

  /// Photos that were written anew: what was made of the old ones goes, except captions, which are the user's.
  private mutating func forget(_ paths: [String]) -> [Effect] {
    for path in paths {
      previews.remove(path)
      thumbnails.remove(path)
      note(path) { ($0.status, $0.version) = (.unread, nil) }
      records[path]?.outdate()
    }
    if let photo, paths.contains(photo.path), record != nil {
      inform("\(photo.name) has changed: Enter captions it anew")
    }
    return wantPreviews()
  }

  /// Captions the first photo where that was asked for before it was found. A folder would only be entered unseen.
  private mutating func captionFirst() -> [Effect] {
    guard captionsFirst, let photo else { return [] }
    captionsFirst = false
    return photo.isFolder ? [] : captionSelected()
  }

  private mutating func tell(_ new: Listing) {
    if let first = new.problems.first {
      let more = new.problems.count > 1 ? " (and \(new.problems.count - 1) more)" : ""
      notice = Notice(kind: .error, text: first + more)
    } else if let changes = new.changes, changes != (0, 0) {
      let parts = [(changes.appeared, "appeared"), (changes.vanished, "vanished")].filter { $0.0 > 0 }
      inform(parts.map { "\($0.0) \($0.1)" }.joined(separator: ", "))
    }
  }

  // MARK: - In words

  /// Which of the images is selected; 0 stands for a folder.
  var placeText: String {
    photos.isEmpty ? "0/0" : "\(max(0, selection + 1 - folderCount))/\(photos.count - folderCount)"
  }

  /// How many there are, and in which order where that is not theirs by name.
  var countText: String {
    let images = photos.count - folderCount
    if isScanning { return images == 0 ? "" : "\(images) so far" }
    let count = images == 1 ? "1 image" : "\(images) images"
    return listing.order == .name ? count : "\(count), \(listing.order.label)"
  }
}
