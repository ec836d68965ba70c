import Foundation

/// What is browsed, as its owner would call it.
package enum FolderTitle {
  /// The first of the paths, from the home folder on where it lies there, and how many more there are.
  package static func of(_ paths: [String]) -> String {
    let first = URL(fileURLWithPath: paths[0]).standardizedFileURL.path
    let home = NSHomeDirectory()
    let short = first.hasPrefix(home + "/") ? "~" + first.dropFirst(home.count) : first
    return paths.count > 1 ? "\(short) and \(paths.count - 1) more" : short
  }
}
