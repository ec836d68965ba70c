import Files
import SystemPackage

/// The images under the paths a user gave.
package struct ImageList {
  /// In the order of the paths, each folder's in the scanner's order, none twice.
  package private(set) var images: [FilePath] = []
  /// Folders that could not be looked at, each in one line.
  package private(set) var problems: [String] = []
  private var seen: Set<FilePath> = []

  /// - Parameter paths: images, taken whatever they are called and whether they exist; folders, walked; `-` for
  ///   standard input.
  package init(_ paths: [FilePath]) {
    for path in paths {
      if path != "-" && path.isFolder {
        let (photos, problems) = PhotoScanner.scan([path])
        photos.forEach { add($0.path) }
        self.problems += problems
      } else {
        add(path)
      }
    }
  }

  private mutating func add(_ path: FilePath) {
    if seen.insert(path).inserted { images.append(path) }
  }
}
