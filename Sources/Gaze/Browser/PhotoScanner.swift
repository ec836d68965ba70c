import Foundation
import Raster

/// Finds photos without opening them: a hundred thousand names take a moment.
enum PhotoScanner {
  /// The photos under paths, in the order named, folders sorted as people count (`2.jpg` before `10.jpg`).
  /// - Returns: also what could not be read, one sentence each.
  static func scan(_ paths: [String]) -> (photos: [Photo], problems: [String]) {
    var photos: [Photo] = []
    var problems: [String] = []
    for path in paths {
      switch kind(of: path) {
      case nil: problems.append("\(path): no such file or folder")
      case S_IFDIR:
        var found: [String] = []
        walk(path, below: "", depth: 0, into: &found, problems: &problems)
        let folder = path.hasSuffix("/") ? path : path + "/"
        let named = paths.count > 1 ? folder : ""
        photos += sorted(found).map { Photo(path: folder + $0, name: named + $0) }
      default: photos.append(Photo(path: path, name: path))
      }
    }
    return (photos, problems)
  }

  private static let deepest = 32

  /// Folders beginning with a dot are passed over, as are links to folders, which may lead round in circles.
  private static func walk(
    _ root: String, below: String, depth: Int, into found: inout [String], problems: inout [String]
  ) {
    let path = below.isEmpty ? root : "\(root)/\(below)"
    guard let folder = opendir(FileName.systemPath(path)) else {
      problems.append("\(path): cannot be read: \(String(cString: strerror(errno)))")
      return
    }
    defer { closedir(folder) }
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { FileName.text(cString: $0) }
      }
      guard !name.hasPrefix(".") else { continue }
      let relative = below.isEmpty ? name : "\(below)/\(name)"
      if isFolder(entry.pointee.d_type, "\(root)/\(relative)") {
        if depth < deepest { walk(root, below: relative, depth: depth + 1, into: &found, problems: &problems) }
      } else if ImageDecoder.isImageName(name) {
        found.append(relative)
      }
    }
  }

  /// Not every file system says what its entries are.
  private static func isFolder(_ type: UInt8, _ path: String) -> Bool {
    if type != UInt8(DT_UNKNOWN) { return type == UInt8(DT_DIR) }
    var facts = stat()
    return lstat(FileName.systemPath(path), &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
  }

  private static func kind(of path: String) -> mode_t? {
    var facts = stat()
    return stat(FileName.systemPath(path), &facts) == 0 ? facts.st_mode & S_IFMT : nil
  }

  private static func sorted(_ names: [String]) -> [String] {
    names.map { (key: Array($0.lowercased().utf8), name: $0) }
      .sorted { $0.key == $1.key ? $0.name < $1.name : precedes($0.key, $1.key) }
      .map(\.name)
  }

  /// Compares bytes, but runs of digits by their value.
  static func precedes(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    var (i, j) = (0, 0)
    while i < a.count, j < b.count {
      if isDigit(a[i]), isDigit(b[j]) {
        let (x, y) = (number(a, &i), number(b, &j))
        if x.count != y.count { return x.count < y.count }
        if x != y { return x.lexicographicallyPrecedes(y) }
      } else if a[i] != b[j] {
        return a[i] < b[j]
      } else {
        (i, j) = (i + 1, j + 1)
      }
    }
    return a.count - i < b.count - j
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }

  /// The digits from a place on, without leading zeros.
  private static func number(_ bytes: [UInt8], _ index: inout Int) -> ArraySlice<UInt8> {
    let start = index
    while index < bytes.count, isDigit(bytes[index]) { index += 1 }
    return bytes[start..<index].drop { $0 == 48 }
  }
}
