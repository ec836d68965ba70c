import Raster

/// A part of a photo, mirrored left to right or not.
package struct PhotoView: Codable, Hashable, Sendable {
  package var box = FractionalBox.whole
  package var mirrored = false

  package static let whole = PhotoView()

  package init(box: FractionalBox = .whole, mirrored: Bool = false) { (self.box, self.mirrored) = (box, mirrored) }
}
