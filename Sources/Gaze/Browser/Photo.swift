import Raster

/// An image in the list, or a folder.
struct Photo: Sendable, Equatable {
  /// What is known about the file.
  enum Status: Sendable, Equatable {
    case unread
    case ok
    /// Cannot be shown, and why.
    case unreadable(String)
    /// No photo but a folder, to be entered.
    case folder
  }

  /// What the file is opened by.
  let path: String
  /// What the user sees: the path from the folder that was named.
  let name: String
  /// The name in lower case, for searching.
  let searchKey: String
  var status: Status = .unread
  /// The file as it was when it was last looked at.
  var version: FileIdentity?
  /// What its sidecar says, when it has one and that has been read.
  var sidecar: SidecarText?

  init(path: String, name: String, isFolder: Bool = false) {
    self.path = path
    self.name = name
    searchKey = name.lowercased()
    if isFolder { status = .folder }
  }

  var isFolder: Bool { status == .folder }
}

/// A photo decoded for showing.
struct Preview: Sendable, Equatable {
  /// Scaled down to about what the screen can show.
  let image: PixelImage
  /// The file's own size in pixels.
  let width: Int
  let height: Int
  /// The file it was made from.
  let version: FileIdentity
}
