import Foundation
import Testing

/// The compiler keeps modules from importing each other; nothing but this keeps the folders of one from doing so.
@Suite("Folders of a module") struct FolderCirclesTests {
  private static let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Sources")

  private static let modules = try! FileManager.default.contentsOfDirectory(atPath: sources.path).sorted().filter {
    !SourceFile.all(in: sources.appending(path: $0)).isEmpty
  }

  @Test("name types of one another in no circle", arguments: modules) func noCircle(module: String) throws {
    let files = SourceFile.all(in: Self.sources.appending(path: module))
    var home: [String: Set<String>] = [:]
    for file in files { for name in file.declared { home[name, default: []].insert(file.folder) } }
    var uses: [String: [String: String]] = [:]
    for file in files {
      for name in file.named {
        // A name that two folders declare says nothing.
        guard let folders = home[name], folders.count == 1, let folder = folders.first, folder != file.folder else {
          continue
        }
        uses[file.folder, default: [:]][folder] = "\(file.folder)/\(file.name) names \(name) of \(folder)"
      }
    }
    let circle = Self.circle(in: uses)
    #expect(circle == nil, "\(module): \(circle ?? [])")
  }

  @Test("are found where they do") func circlesAreFound() {
    let uses = ["a": ["b": "a to b"], "b": ["c": "b to c"], "c": ["b": "c to b"]]
    #expect(Self.circle(in: uses) == ["b to c", "c to b"])
    #expect(Self.circle(in: ["a": ["b": "", "c": ""], "b": ["c": ""]]) == nil)
  }

  @Test("are read past comments, strings and members") func reading() {
    let file = SourceFile(
      name: "A", folder: "",
      text: #"""
        // Comment
        @available(*, noasync) public final class Declared: Parent { struct Inner {}; let text = "\(Value("Text").Member) String" }
        private enum Hidden {}
        extension Extended { func f() { Caller.Name() } }
        """#)
    #expect(file.declared == ["Declared"])
    #expect(file.named.isSuperset(of: ["Parent", "Extended", "Caller", "Declared"]))
    #expect(file.named.isDisjoint(with: ["Comment", "String", "Text", "Member", "Name"]))
  }

  /// What the first circle found is made of, step by step.
  private static func circle(in uses: [String: [String: String]]) -> [String]? {
    var done: Set<String> = []
    func walk(_ folder: String, _ way: [String], _ reasons: [String]) -> [String]? {
      if let start = way.firstIndex(of: folder) { return Array(reasons[start...]) }
      guard done.insert(folder).inserted else { return nil }
      for (next, reason) in (uses[folder] ?? [:]).sorted(by: { $0.key < $1.key }) {
        if let found = walk(next, way + [folder], reasons + [reason]) { return found }
      }
      return nil
    }
    for folder in uses.keys.sorted() { if let found = walk(folder, [], []) { return found } }
    return nil
  }
}

/// What a Swift file declares at its top, and every name in it that is no member's.
private struct SourceFile {
  let name: String
  let folder: String
  private(set) var declared: Set<String> = []
  private(set) var named: Set<String> = []

  private static let kinds: Set<String> = ["struct", "class", "enum", "actor", "protocol", "typealias"]

  static func all(in module: URL) -> [SourceFile] {
    let paths = (FileManager.default.enumerator(atPath: module.path)?.allObjects as? [String] ?? []).sorted()
    return paths.filter { $0.hasSuffix(".swift") }.map { path in
      let text = (try? String(contentsOf: module.appending(path: path), encoding: .utf8)) ?? ""
      return SourceFile(
        name: (path as NSString).lastPathComponent, folder: (path as NSString).deletingLastPathComponent, text: text)
    }
  }

  init(name: String, folder: String, text: String) {
    (self.name, self.folder) = (name, folder)
    var (depth, isHidden, isDeclaring) = (0, false, false)
    var previous: UInt8?
    var bytes = Array(text.utf8)[...]
    while let byte = bytes.first {
      switch byte {
      case UInt8(ascii: "/") where bytes.dropFirst().first == byte: bytes = bytes.drop { $0 != UInt8(ascii: "\n") }
      case UInt8(ascii: "\""): Self.skipString(&bytes)
      case UInt8(ascii: "{"), UInt8(ascii: "}"):
        depth += byte == UInt8(ascii: "{") ? 1 : -1
        (isHidden, isDeclaring) = (false, false)
        bytes.removeFirst()
      case UInt8(ascii: "\n"):
        isHidden = false
        bytes.removeFirst()
      case _ where Self.isName(byte):
        let word = String(decoding: bytes.prefix(while: Self.isName), as: UTF8.self)
        let isMember = previous == UInt8(ascii: ".")
        bytes = bytes.drop(while: Self.isName)
        if !isMember { named.insert(word) }
        if depth == 0 {
          if isDeclaring, !isHidden { declared.insert(word) }
          isDeclaring = Self.kinds.contains(word)
          isHidden = isHidden || word == "private" || word == "fileprivate"
        }
      default: bytes.removeFirst()
      }
      previous = byte
    }
  }

  private static func isName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  /// Past a string of one line or several, what is put into it included.
  private static func skipString(_ bytes: inout ArraySlice<UInt8>) {
    let quote = UInt8(ascii: "\"")
    let mark = bytes.starts(with: [quote, quote, quote]) ? 3 : 1
    bytes = bytes.dropFirst(mark)
    while let byte = bytes.first {
      if bytes.prefix(mark).count(where: { $0 == quote }) == mark { return bytes = bytes.dropFirst(mark) }
      bytes = bytes.dropFirst(byte == UInt8(ascii: "\\") && bytes.dropFirst().first != UInt8(ascii: "(") ? 2 : 1)
      guard byte == UInt8(ascii: "\\"), bytes.first == UInt8(ascii: "(") else { continue }
      var depth = 0
      while let inner = bytes.first {
        if inner == quote {
          skipString(&bytes)
          continue
        }
        depth += inner == UInt8(ascii: "(") ? 1 : inner == UInt8(ascii: ")") ? -1 : 0
        bytes.removeFirst()
        if depth == 0 { break }
      }
    }
  }
}
