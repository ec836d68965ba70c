import PhotoLibrary
import SystemPackage

/// Which photos are listed: folders entered and left, their order, and what comes and goes.
extension BrowserModel {
  /// - Returns: nil when the action is not about folders.
  mutating func changeFolder(_ action: Action) -> [Effect]? {
    switch action {
    case .open(let request):
      folders.open(request)
      return enterNew(selecting: nil)
    case .order:
      folders.changeOrder()
      inform(folders.request.order.label)
      return list(selecting: photo?.path)
    case .deep:
      folders.toggleDepth()
      inform(folders.request.isDeep ? "with all folders below" : "this folder alone")
      return list(selecting: photo?.path)
    case .enterFolder: return enterFolder()
    case .leaveFolder:
      guard let left = folders.leave() else {
        inform("there is no folder above")
        return []
      }
      return enterNew(selecting: left)
    default: return nil
    }
  }

  /// Enters the selected folder, if it is one.
  mutating func enterFolder() -> [Effect] {
    guard let photo, photo.isFolder else { return [] }
    folders.enter(photo.path)
    return enterNew(selecting: nil)
  }

  /// Lists another folder, of which everything is shown.
  private mutating func enterNew(selecting path: FilePath?) -> [Effect] {
    filter = .all
    return list(selecting: path)
  }

  /// Begins anew with what is asked for.
  private mutating func list(selecting path: FilePath?) -> [Effect] {
    photos.beginReading(selecting: path)
    playback = nil
    views.closeCaptions()
    return [.list(folders.request)]
  }

  mutating func handle(_ message: FolderMessage) -> [Effect] {
    switch message {
    case .listed(let new): return take(new)
    case .counted(let request, let count):
      if request == folders.request { photos.noteCountBelow(count) }
      return []
    case .changed: return photos.isReading ? [] : [.list(folders.request)]
    case .rewritten(let paths): return forget(paths)
    }
  }

  private mutating func take(_ new: Listing) -> [Effect] {
    guard new.request == folders.request else { return [] }
    if photos.take(new, isTouched: record != nil || captions.work != nil) {
      sidecars.forgetPlaces()
      if filter != .all { applyFilter() }
    }
    for path in photos.lostSidecars { captions.change(path) { $0.noteSidecar(nil) } }
    if record == nil { views.closeCaptions() }
    let captionsFirst = photos.takeCaptionsFirst()
    if new.isComplete {
      photos.endReading()
      forgetMarksOfOthers()
      tell(new)
    }
    return (captionsFirst ? captionFirst() : []) + requestPictures() + requestSidecars(of: new) + requestCount(of: new)
  }

  /// Captions the first photo where that was asked for before it was found. A folder would only be entered unseen.
  private mutating func captionFirst() -> [Effect] { photo?.isFolder == true ? [] : captionSelected() }

  /// Where a folder has folders and no images of its own, asks how many are in those.
  private func requestCount(of new: Listing) -> [Effect] {
    let isHollow = new.isComplete && new.folderCount > 0 && new.folderCount == new.photos.count
    return isHollow ? [.countBelow(new.request)] : []
  }

  private mutating func requestSidecars(of new: Listing) -> [Effect] {
    sidecars.begin(new).map { [.readSidecars($0)] } ?? []
  }

  /// Photos that were written anew: what was made of the old ones goes, except captions, which are the user's.
  private mutating func forget(_ paths: [FilePath]) -> [Effect] {
    for path in paths {
      pictures.remove(path)
      photos.note(path) { ($0.status, $0.version) = (.unread, nil) }
      captions.change(path) { $0.outdate() }
      captions.noteFailure(nil, of: path)
    }
    if let photo, paths.contains(photo.path), record != nil {
      inform("\(photo.name) has changed: Enter captions it anew")
    }
    return requestPictures()
  }

  private mutating func tell(_ new: Listing) {
    if let first = new.problems.first {
      let more = new.problems.count > 1 ? " (and \(new.problems.count - 1) more)" : ""
      fail(first + more)
    } else if let changes = new.changes, changes != (0, 0) {
      let parts = [(changes.appeared, "appeared"), (changes.vanished, "vanished")].filter { $0.0 > 0 }
      inform(parts.map { "\($0.0) \($0.1)" }.joined(separator: ", "))
    }
  }
}
