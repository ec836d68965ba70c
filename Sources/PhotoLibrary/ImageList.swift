import Files
import Foundation
import Raster

/// The images under the paths a user gave.
package struct ImageList {
  /// In the order of the paths, each folder's in the scanner's order, none twice.
  package private(set) var images: [String] = []
  /// Folders that could not be looked at, each in one line.
  package private(set) var problems: [String] = []
  private var seen: Set<String> = []

  /// - Parameter paths: images, taken whatever they are called and whether they exist; folders, walked; `-` for
  ///   standard input.
  package init(_ paths: [String]) {
    for path in paths {
      if path != "-" && FileKind.isFolder(path) {
        let (photos, problems) = PhotoScanner.scan([path])
        photos.forEach { add($0.path) }
        self.problems += problems
      } else {
        add(path)
      }
    }
  }

  private mutating func add(_ path: String) {
    if seen.insert(path).inserted { images.append(path) }
  }
}
