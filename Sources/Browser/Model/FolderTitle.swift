import Files
import SystemPackage

/// What is browsed, as its owner would call it.
package enum FolderTitle {
  /// The first of the paths, from the home folder on where it lies there, and how many more there are.
  package static func of(_ paths: [FilePath]) -> String {
    let first = paths[0].standardized
    var below = first
    let isBelowHome = below.removePrefix(.home) && !below.isEmpty
    let short = isBelowHome ? "~/" + FileName.text(below) : FileName.text(first)
    return paths.count > 1 ? "\(short) and \(paths.count - 1) more" : short
  }
}
