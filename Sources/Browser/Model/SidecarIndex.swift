import PhotoLibrary
import SystemPackage

/// What the sidecars of the photos listed say, for searching them.
struct SidecarIndex: Sendable {
  /// Photos whose sidecars have been read with their previews, or were written.
  private(set) var seen: Set<FilePath> = []
  /// What the sidecars of all photos say, in parts.
  private var parts: [CaptionIndex] = []
  /// Which listing the photos are of, and which one the parts.
  private(set) var listing = 0
  private var indexed = 0
  private(set) var isReading = false

  mutating func see(_ path: FilePath) { seen.insert(path) }

  /// Other photos are listed: the parts' places mean others now.
  mutating func forgetPlaces() { parts = [] }

  /// Begins with a listing, whose places mean other photos than those of the one before.
  /// - Returns: what is to be read; nil when there is nothing.
  mutating func begin(_ new: Listing) -> SidecarReadRequest? {
    listing += 1
    isReading = new.isComplete && !new.sidecars.isEmpty
    if new.sidecars.isEmpty { parts = [] }
    return isReading ? SidecarReadRequest(listing: listing, sidecars: new.sidecars) : nil
  }

  /// - Returns: whether the part is of the photos that are listed.
  mutating func take(_ part: SidecarPart) -> Bool {
    guard part.listing == listing else { return false }
    if indexed != part.listing { parts = [] }
    indexed = part.listing
    parts.append(part.index)
    if part.isLast { isReading = false }
    return true
  }

  /// The places of the photos whose sidecars contained a text when they were read.
  func matches(_ lowered: String) -> [Int] { parts.flatMap { $0.matches(lowered) } }
}
