import Raster
import SystemPackage

/// An image in the list, or a folder.
package struct PhotoItem: Sendable, Equatable {
  /// What is known about the file.
  package enum Status: Sendable, Equatable {
    case unread
    case ok
    /// Cannot be shown, and why.
    case unreadable(String)
    /// No photo but a folder, to be entered.
    case folder
  }

  /// What the file is opened by.
  package let path: FilePath
  /// What the user sees: the path from the folder that was named.
  package let name: String
  /// The name in lower case, for searching.
  package let searchKey: String
  package var status: Status = .unread
  /// The file as it was when it was last looked at.
  package var version: FileIdentity?
  /// What its sidecar says, when it has one and that has been read.
  package var sidecar: SidecarText?

  init(path: FilePath, name: String, isFolder: Bool = false) {
    self.path = path
    self.name = name
    searchKey = name.lowercased()
    if isFolder { status = .folder }
  }

  package var isFolder: Bool { status == .folder }
}

/// A photo decoded for showing.
package struct Preview: Sendable, Equatable {
  /// Scaled down to about what the screen can show.
  package let image: PixelImage
  /// The file's own size in pixels.
  package let width: Int
  package let height: Int
  /// The file it was made from.
  package let version: FileIdentity

  package init(image: PixelImage, width: Int, height: Int, version: FileIdentity) {
    self.image = image
    self.width = width
    self.height = height
    self.version = version
  }
}
