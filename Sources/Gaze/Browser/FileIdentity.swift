import Foundation
import Raster

/// A file's content at a time: its path, size and time of change.
struct FileIdentity: FileStamp, Hashable {
  let path: String
  let bytes: Int
  let seconds: Int
  let nanoseconds: Int

  init(path: String) {
    var facts = stat()
    _ = stat(FileName.systemPath(path), &facts)
    self.path = path
    bytes = Int(facts.st_size)
    seconds = Int(facts.st_mtim.tv_sec)
    nanoseconds = Int(facts.st_mtim.tv_nsec)
  }

  var isOutdated: Bool { FileIdentity(path: path) != self }
}
