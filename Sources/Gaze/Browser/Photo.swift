import Raster

/// An image in the list.
struct Photo: Sendable, Equatable {
  /// What is known about the file.
  enum Status: Sendable, Equatable {
    case unread
    case ok
    /// Cannot be shown, and why.
    case unreadable(String)
  }

  /// What the file is opened by.
  let path: String
  /// What the user sees: the path from the folder that was named.
  let name: String
  /// The name in lower case, for searching.
  let searchKey: String
  var status: Status = .unread
  /// The text of its sidecar, when it has one and has been looked at.
  var sidecar: String?
  /// Whether that text is known to be a person's.
  var isSidecarHuman = false

  init(path: String, name: String) {
    self.path = path
    self.name = name
    searchKey = name.lowercased()
  }
}

/// A photo decoded for showing.
struct Preview: Sendable, Equatable {
  /// Scaled down to about what the screen can show.
  let image: PixelImage
  /// The file's own size in pixels.
  let width: Int
  let height: Int
}
