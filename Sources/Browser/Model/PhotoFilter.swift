import PhotoLibrary

/// Which of the photos listed are shown.
package enum PhotoFilter: String, Sendable, CaseIterable {
  case all
  case uncaptioned
  case byHand = "by hand"
  case unwritten
  case failed
  case marked

  /// The key that answers which is wanted.
  var key: Character {
    switch self {
    case .all: "a"
    case .uncaptioned: "u"
    case .byHand: "h"
    case .unwritten: "w"
    case .failed: "f"
    case .marked: "m"
    }
  }
}

extension BrowserModel {
  /// Whether a photo is one of those a filter shows.
  func passes(_ photo: PhotoItem, _ filter: PhotoFilter) -> Bool {
    switch filter {
    case .all: true
    case .uncaptioned: captions[photo.path] == nil && photo.sidecar == nil && !hasFailed(photo)
    case .byHand: isByHand(photo)
    case .unwritten: isOnlyHere(photo)
    case .failed: hasFailed(photo)
    case .marked: marked.contains(photo.path)
    }
  }

  /// Whether a person wrote a photo's caption, here or before.
  func isByHand(_ photo: PhotoItem) -> Bool {
    photo.sidecar?.author == .human || captions[photo.path]?.edits.isEmpty == false
  }

  /// Whether a photo's caption is in no file yet.
  func isOnlyHere(_ photo: PhotoItem) -> Bool {
    guard let record = captions[photo.path] else { return false }
    return record.unwritten != nil || photo.sidecar == nil
  }

  /// Whether a photo cannot be read or captioned.
  func hasFailed(_ photo: PhotoItem) -> Bool { photo.isUnreadable || captions.failures[photo.path] != nil }
}

extension PhotoItem {
  /// Whether it is known that it cannot be shown.
  var isUnreadable: Bool { if case .unreadable = status { true } else { false } }
}
