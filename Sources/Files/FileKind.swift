import Glibc

/// What stands under a path.
package enum FileKind {
  /// Whether it is a folder, or a link to one.
  package static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(FileName.systemPath(path), &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
