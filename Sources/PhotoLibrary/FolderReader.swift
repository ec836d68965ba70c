import Files
import Foundation
import Raster
import SystemPackage

/// Finds photos and folders without opening them.
struct FolderReader {
  /// Something found.
  struct Found {
    let path: FilePath
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
  private(set) var texts: Set<FilePath> = []
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
      let name = request.names[root]
      guard path.exists else {
        problems.append("\(name): no such file or folder")
        // It is noticed when it appears.
        folders.append(FolderStamp(path))
        continue
      }
      if path.isFolder {
        walk(path, shownAs: request.paths.count > 1 ? Self.slashed(name) : "", root: root, depth: 0)
      } else {
        add(path, name: name, isFolder: false, root: root)
        if Sidecar.path(for: path).exists { texts.insert(Sidecar.stem(of: path)) }
      }
    }
  }

  private static let deepest = 32

  /// Folders and photos beginning with a dot and gaze's own sheets of attention are passed over. So are, where folders
  /// below are read too, links to folders, which may lead round in circles.
  private mutating func walk(_ path: FilePath, shownAs prefix: String, root: Int, depth: Int) {
    folders.append(FolderStamp(path))
    if folders.count % 64 == 0, !goesOn(self) { isStopped = true }
    guard let folder = path.withPlatformString(opendir) else {
      problems.append("\(path): cannot be read: \(String(cString: strerror(errno)))")
      return
    }
    defer { closedir(folder) }
    while !isStopped, let entry = readdir(folder) {
      let (component, name) = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) {
          (FilePath.Component(platformString: $0), FileName.text(cString: $0))
        }
      }
      guard let component, !name.hasPrefix("."), !AttentionFiles.isSheet(name) else { continue }
      let file = path.appending(component)
      if name.hasSuffix(".txt"), entry.pointee.d_type != UInt8(DT_DIR) {
        texts.insert(Sidecar.stem(of: file))
        continue
      }
      if ImageDecoder.isImageName(name), entry.pointee.d_type == UInt8(DT_REG) {
        add(file, name: prefix + name, isFolder: false, root: root)
      } else if isFolder(entry.pointee.d_type, file) {
        if !request.isDeep {
          add(file, name: prefix + name, isFolder: true, root: root)
        } else if depth < Self.deepest {
          walk(file, shownAs: prefix + name + "/", root: root, depth: depth + 1)
        }
      } else if ImageDecoder.isImageName(name) {
        add(file, name: prefix + name, isFolder: false, root: root)
      }
    }
  }

  private mutating func add(_ path: FilePath, name: String, isFolder: Bool, root: Int) {
    var new = Found(path: path, name: name, isFolder: isFolder, root: root)
    if request.order != .name, let facts = path.status {
      new.modified = Int(facts.st_mtim.tv_sec) * 1_000_000_000 + Int(facts.st_mtim.tv_nsec)
      new.bytes = Int(facts.st_size)
    }
    found.append(new)
    if found.count % 256 == 0, !goesOn(self) { isStopped = true }
  }

  /// Not every file system says what its entries are, and links may be followed where they are only shown.
  private func isFolder(_ type: UInt8, _ path: FilePath) -> Bool {
    switch Int(type) {
    case Int(DT_DIR): return true
    case Int(DT_UNKNOWN), Int(DT_LNK):
      let facts = request.isDeep ? path.linkStatus : path.status
      return facts.map { $0.st_mode & S_IFMT == S_IFDIR } ?? false
    default: return false
    }
  }

  private static func slashed(_ name: String) -> String { name.hasSuffix("/") ? name : name + "/" }
}

/// A folder, or its absence, at a time: names that come and go change it.
package struct FolderStamp: FileStamp {
  let path: FilePath
  /// Nil where there is no folder.
  private let facts: Facts?

  private struct Facts: Sendable, Equatable {
    /// Another folder may have been made in its place.
    let device: UInt64
    let number: UInt64
    let seconds: Int
    let nanoseconds: Int
  }

  init(_ path: FilePath) {
    self.path = path
    guard let facts = path.status else {
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
