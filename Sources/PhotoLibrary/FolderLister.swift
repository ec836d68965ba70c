import Foundation
import Synchronization
import SystemPackage

/// Lists folders: soon what has been found so far, in the end everything and what has come and gone since the last time.
/// One request at a time.
package final class FolderLister: Sendable {
  private let last = Mutex<Last?>(nil)

  /// What was listed before.
  private struct Last: Sendable {
    let request: ListingRequest
    let places: [FilePath: Int]
  }

  package init() {}

  /// - Parameters:
  ///   - request: the folders, and how they are listed.
  ///   - isSuperseded: asked now and then; listing ends once it says so.
  ///   - send: gets every listing as soon as it is there, on this thread.
  /// - Returns: the folders that were read; nil when the request was superseded.
  package func list(
    _ request: ListingRequest, isSuperseded: @escaping () -> Bool = { false }, send: @escaping (Listing) -> Void
  ) -> [FolderStamp]? {
    let before = last.withLock { $0 }.flatMap { $0.request == request ? $0 : nil }
    var next = Date(timeIntervalSinceNow: Self.firstPart)
    var pause = Self.firstPart
    var reader = FolderReader(request) { reader in
      if isSuperseded() { return false }
      if before == nil, Date() > next {
        send(Listing(reader, for: request, isComplete: false))
        // Ever rarer: putting parts in order, and taking them in while keys are waited for, takes time.
        pause *= 4
        next = Date(timeIntervalSinceNow: pause)
      }
      return true
    }
    reader.read()
    if isSuperseded() { return nil }
    var listing = Listing(reader, for: request, isComplete: true)
    if let before { listing.changes = Self.changes(from: before.places, to: listing.places) }
    last.withLock { $0 = Last(request: request, places: listing.places) }
    send(listing)
    return reader.folders
  }

  /// How many images are in the folders below those of a request.
  /// - Parameters:
  ///   - request: the folders.
  ///   - seconds: after which counting ends; what is below may be a whole file system.
  ///   - isSuperseded: asked now and then; counting ends once it says so.
  /// - Returns: nil when the request was superseded.
  package static func countBelow(
    _ request: ListingRequest, within seconds: Double = 5, isSuperseded: @escaping () -> Bool = { false }
  ) -> ImageCount? {
    var deep = request
    (deep.isDeep, deep.order) = (true, .name)
    let end = Date(timeIntervalSinceNow: seconds)
    var isWhole = true
    var reader = FolderReader(deep) { _ in
      if Date() > end { isWhole = false }
      return isWhole && !isSuperseded()
    }
    reader.read()
    return isSuperseded() ? nil : ImageCount(images: reader.found.count, isWhole: isWhole)
  }

  /// Seconds after which the first part is shown.
  private static let firstPart = 0.02

  private static func changes(
    from before: [FilePath: Int], to now: [FilePath: Int]
  ) -> (appeared: Int, vanished: Int) {
    let kept = now.keys.count { before[$0] != nil }
    return (now.count - kept, before.count - kept)
  }
}

/// How many images were found, and whether these are all.
package struct ImageCount: Sendable, Equatable {
  package let images: Int
  package let isWhole: Bool
}
