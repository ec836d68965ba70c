import Foundation

/// Lists folders: soon what has been found so far, in the end everything. Used by one thread.
///
/// `@unchecked Sendable`: it is handed to that thread once, and only what a lock guards is touched by others.
package final class FolderLister: @unchecked Sendable {
  private let lock = NSLock()
  private var wanted: ListingRequest?
  private var last: (request: ListingRequest, places: [String: Int], folderCount: Int)?

  package init() {}

  /// Replaces what is to be listed; a listing that goes on ends. Any thread may call.
  package func ask(_ request: ListingRequest) { lock.withLock { wanted = request } }

  /// Lists what was asked for last, if it has not been.
  /// - Returns: the folders it read; nil when there was nothing to do or another wish came.
  package func run(_ send: @escaping (Listing) -> Void) -> [FolderStamp]? {
    guard
      let request = lock.withLock({ () -> ListingRequest? in
        defer { wanted = nil }
        return wanted
      })
    else { return nil }
    let isFirst = last?.request != request
    var next = Date(timeIntervalSinceNow: Self.firstPart)
    var pause = Self.firstPart
    var reader = FolderReader(request) { reader in
      if self.lock.withLock({ self.wanted != nil }) { return false }
      if isFirst, Date() > next {
        send(Listing(reader, for: request, isComplete: false))
        // Ever rarer: putting parts in order, and taking them in while keys are waited for, takes time.
        pause *= 4
        next = Date(timeIntervalSinceNow: pause)
      }
      return true
    }
    reader.read(request.paths)
    guard lock.withLock({ wanted == nil }) else { return nil }
    var listing = Listing(reader, for: request, isComplete: true)
    if !isFirst, let last { listing.changes = Self.changes(from: last.places, last.folderCount, to: listing) }
    last = (request, listing.places, listing.folderCount)
    send(listing)
    return reader.folders
  }

  /// Seconds after which the first part is shown.
  private static let firstPart = 0.02

  private static func changes(
    from places: [String: Int], _ folderCount: Int, to listing: Listing
  ) -> (appeared: Int, vanished: Int) {
    let kept = listing.places.keys.count { places[$0] != nil }
    return (listing.places.count - kept, places.count - kept)
  }
}
