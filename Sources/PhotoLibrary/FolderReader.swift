import Files
import Foundation
import Raster

/// Finds photos and folders without opening them.
struct FolderReader {
  /// Something found.
  struct Found {
    let path: String
    /// As shown: from the folder that was named.
    let name: String
    let isFolder: Bool
    /// Which of the paths named it was found under.
    let root: Int
    /// Nanoseconds and bytes; 0 where nobody asked.
    var modified = 0
    var bytes = 0
  }

  private(set) var found: [Found] = []
  private(set) var problems: [String] = []
  /// The text files found, without `.txt`: a photo of that name has its sidecar there.
  private(set) var texts: Set<String> = []
  /// The folders that were read, as they were then.
  private(set) var folders: [FolderStamp] = []
  private let request: ListingRequest
  /// Called now and then; reading ends once it says false.
  private let goesOn: (FolderReader) -> Bool
  private var isStopped = false

  init(_ request: ListingRequest, goesOn: @escaping (FolderReader) -> Bool = { _ in true }) {
    self.request = request
    self.goesOn = goesOn
  }

  /// Reads what was asked for.
  mutating func read() {
    for (root, path) in request.paths.enumerated() {
      var facts = stat()
      let name = request.names[root]
      if stat(FileName.systemPath(path), &facts) != 0 {
        problems.append("\(name): no such file or folder")
        // It is noticed when it appears.
        folders.append(FolderStamp(path))
      } else if facts.st_mode & S_IFMT == S_IFDIR {
        walk(path, shownAs: request.paths.count > 1 ? Self.slashed(name) : "", root: root, depth: 0)
      } else {
        add(path, name: name, isFolder: false, root: root)
        if access(FileName.systemPath(Sidecar.path(for: path)), F_OK) == 0 { texts.insert(Sidecar.stem(of: path)) }
      }
    }
  }

  private static let deepest = 32

  /// Folders and photos beginning with a dot and gaze's own sheets of attention are passed over. So are, where folders
  /// below are read too, links to folders, which may lead round in circles.
  private mutating func walk(_ path: String, shownAs prefix: String, root: Int, depth: Int) {
    folders.append(FolderStamp(path))
    if folders.count % 64 == 0, !goesOn(self) { isStopped = true }
    guard let folder = opendir(FileName.systemPath(path)) else {
      problems.append("\(path): cannot be read: \(String(cString: strerror(errno)))")
      return
    }
    defer { closedir(folder) }
    let base = Self.slashed(path)
    while !isStopped, let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { FileName.text(cString: $0) }
      }
      guard !name.hasPrefix("."), !AttentionFiles.isSheet(name) else { continue }
      if name.hasSuffix(".txt"), entry.pointee.d_type != UInt8(DT_DIR) {
        texts.insert(base + name.dropLast(4))
        continue
      }
      if ImageDecoder.isImageName(name), entry.pointee.d_type == UInt8(DT_REG) {
        add(base + name, name: prefix + name, isFolder: false, root: root)
      } else if isFolder(entry.pointee.d_type, base + name) {
        if !request.isDeep {
          add(base + name, name: prefix + name, isFolder: true, root: root)
        } else if depth < Self.deepest {
          walk(base + name, shownAs: prefix + name + "/", root: root, depth: depth + 1)
        }
      } else if ImageDecoder.isImageName(name) {
        add(base + name, name: prefix + name, isFolder: false, root: root)
      }
    }
  }

  private mutating func add(_ path: String, name: String, isFolder: Bool, root: Int) {
    var new = Found(path: path, name: name, isFolder: isFolder, root: root)
    if request.order != .name {
      var facts = stat()
      if stat(FileName.systemPath(path), &facts) == 0 {
        new.modified = Int(facts.st_mtim.tv_sec) * 1_000_000_000 + Int(facts.st_mtim.tv_nsec)
        new.bytes = Int(facts.st_size)
      }
    }
    found.append(new)
    if found.count % 256 == 0, !goesOn(self) { isStopped = true }
  }

  /// Not every file system says what its entries are, and links may be followed where they are only shown.
  private func isFolder(_ type: UInt8, _ path: String) -> Bool {
    switch Int(type) {
    case Int(DT_DIR): return true
    case Int(DT_UNKNOWN), Int(DT_LNK):
      var facts = stat()
      let status = request.isDeep ? lstat(FileName.systemPath(path), &facts) : stat(FileName.systemPath(path), &facts)
      return status == 0 && facts.st_mode & S_IFMT == S_IFDIR
    default: return false
    }
  }

  private static func slashed(_ path: String) -> String { path.hasSuffix("/") ? path : path + "/" }
}

/// A folder, or its absence, at a time: names that come and go change it.
package struct FolderStamp: FileStamp {
  let path: String
  /// Nil where there is no folder.
  private let facts: Facts?

  private struct Facts: Sendable, Equatable {
    /// Another folder may have been made in its place.
    let device: UInt64
    let number: UInt64
    let seconds: Int
    let nanoseconds: Int
  }

  init(_ path: String) {
    self.path = path
    var facts = stat()
    guard stat(FileName.systemPath(path), &facts) == 0 else {
      self.facts = nil
      return
    }
    self.facts = Facts(
      device: UInt64(facts.st_dev), number: UInt64(facts.st_ino), seconds: Int(facts.st_mtim.tv_sec),
      nanoseconds: Int(facts.st_mtim.tv_nsec))
  }

  /// Whether the folder is no longer as it was.
  package var isOutdated: Bool { FolderStamp(path) != self }
}
