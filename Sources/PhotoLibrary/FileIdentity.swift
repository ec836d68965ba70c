import Files
import Foundation
import Raster
import SystemPackage

/// A file's content at a time: its path, size and time of change.
package struct FileIdentity: FileStamp, Hashable {
  package let path: FilePath
  let bytes: Int
  let seconds: Int
  let nanoseconds: Int

  package init(path: FilePath) {
    let facts = path.status ?? stat()
    self.path = path
    bytes = Int(facts.st_size)
    seconds = Int(facts.st_mtim.tv_sec)
    nanoseconds = Int(facts.st_mtim.tv_nsec)
  }

  package var isOutdated: Bool { FileIdentity(path: path) != self }
}
