import SystemPackage

/// A photo that has a sidecar, and its place in the listing.
package struct SidecarPlace: Sendable, Equatable {
  package let place: Int
  package let photo: FilePath
}

/// Sidecars to be read.
package struct SidecarReadRequest: Sendable, Equatable {
  /// Which listing the places are of.
  let listing: Int
  let sidecars: [SidecarPlace]

  package init(listing: Int, sidecars: [SidecarPlace]) {
    self.listing = listing
    self.sidecars = sidecars
  }
}

/// What some of the sidecars of a listing say.
package struct SidecarPart: Sendable {
  package let listing: Int
  package var entries: [(place: Int, sidecar: SidecarText)] = []
  package var index = CaptionIndex()
  package var isLast = false
}

/// Reads sidecars, a part at a time.
package enum SidecarReader {
  /// Texts in a part: few at first, so that what is in sight is known soon.
  private static let (smallestPart, largestPart) = (128, 4096)
  /// Of one text and of all, characters that are searched: more is no caption.
  private static let (longestText, mostText) = (4096, 64 << 20)

  /// - Parameters:
  ///   - request: the photos whose sidecars are read.
  ///   - isSuperseded: asked before each sidecar; reading ends once it says so.
  ///   - send: gets every part as soon as it is there, on this thread.
  package static func read(
    _ request: SidecarReadRequest, isSuperseded: () -> Bool = { false }, send: (SidecarPart) -> Void
  ) {
    var part = SidecarPart(listing: request.listing)
    var (size, characters) = (smallestPart, 0)
    for sidecar in request.sidecars where characters < mostText {
      if isSuperseded() { return }
      guard let text = Sidecar.read(for: sidecar.photo) else { continue }
      let line = text.inOneLine
      let searched = line.utf8.count > longestText ? String(line.prefix(longestText)) : line
      characters += searched.utf8.count
      part.entries.append((sidecar.place, text))
      part.index.append(searched, of: sidecar.place)
      guard part.entries.count >= size else { continue }
      send(part)
      part = SidecarPart(listing: request.listing)
      size = min(2 * size, largestPart)
    }
    part.isLast = true
    send(part)
  }
}
