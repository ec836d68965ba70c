import Captioning
import PhotoLibrary
import Raster
import SystemPackage
import Terminal

/// Photos decoded for showing, and which files are looked after.
struct PictureCache: Sendable {
  var previews = BoundedCache<FilePath, Preview>(capacity: 24)
  /// Small pictures, for photos shown in a grid.
  var thumbnails = BoundedCache<FilePath, Thumbnail>(capacity: 600)
  /// The files whose changes are noticed.
  var watched: [FileIdentity] = []
  /// The sidecars whose changes are noticed.
  var watchedSidecars: [SidecarStamp] = []

  mutating func remove(_ path: FilePath) {
    previews.remove(path)
    thumbnails.remove(path)
  }
}

/// How small pictures are drawn.
package struct ThumbnailStyle: Sendable, Equatable {
  /// At most this many columns and rows.
  var columns: Int
  var rows: Int
  var symbols: SymbolSet
  var depth: ColorDepth
}

/// A photo as a small picture of characters.
package struct Thumbnail: Sendable, Equatable {
  let grid: CellGrid
  let style: ThumbnailStyle
  /// The file it was made from.
  let version: FileIdentity
}
