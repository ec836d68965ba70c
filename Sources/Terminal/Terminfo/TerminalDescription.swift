import Files
import SystemPackage

/// What gaze knows of the terminal it draws on.
struct TerminalDescription {
  /// Safe to draw with (`TerminfoEntry.forDrawing`).
  let entry: TerminfoEntry
  /// What colour detection wants to know.
  let colors: ColorDecision.Entry
  /// The file it is from; nil for the entry gaze brings along.
  let path: FilePath?

  /// Finds a terminal's entry where ncurses would look for it, or takes gaze's own for terminals known by their name.
  /// Damaged entries are passed over.
  static func find(environment: [String: String]) throws(TerminalError) -> TerminalDescription {
    let term = environment["TERM"] ?? ""
    guard !term.isEmpty else { throw .noTerminalType }
    let (found, damaged) = search(term, environment)
    guard let found else {
      guard KnownTerminals.areLikeXterm(term) else {
        throw damaged.map { .damagedTerminalType(term: term, path: $0) } ?? .unknownTerminalType(term: term)
      }
      return TerminalDescription(
        entry: .builtIn, colors: TerminfoEntry.builtIn.colorFacts(term: term), path: nil)
    }
    guard let entry = found.entry.forDrawing() else { throw .cannotMoveCursor(term: term) }
    return TerminalDescription(entry: entry, colors: found.entry.colorFacts(term: term), path: found.path)
  }

  /// What colour detection wants to know, of terminals that cannot be drawn on too; nil where nothing is known.
  static func colors(environment: [String: String]) -> ColorDecision.Entry? {
    let term = environment["TERM"] ?? ""
    if let found = search(term, environment).found { return found.entry.colorFacts(term: term) }
    return KnownTerminals.areLikeXterm(term) ? TerminfoEntry.builtIn.colorFacts(term: term) : nil
  }

  /// - Returns: the first whole entry, and the first damaged one before it.
  private static func search(
    _ term: String, _ environment: [String: String]
  ) -> (found: (entry: TerminfoEntry, path: FilePath)?, damaged: FilePath?) {
    var damaged: FilePath?
    for path in paths(of: term, environment) {
      guard path.exists else { continue }
      let bytes = SmallFile.read(path, limit: TerminfoEntry.largest)
      if let entry = bytes.flatMap(TerminfoEntry.init) { return ((entry, path), damaged) }
      damaged = damaged ?? path
    }
    return (nil, damaged)
  }

  private static func paths(of term: String, _ environment: [String: String]) -> [FilePath] {
    guard let first = term.unicodeScalars.first, !term.contains("/"), term.utf8.count <= 255 else { return [] }
    return folders(environment).flatMap { folder in
      [String(first), String(first.value, radix: 16)].map { folder.appending("\($0)/\(term)") }
    }
  }

  private static func folders(_ environment: [String: String]) -> [FilePath] {
    var folders: [FilePath] = []
    if let own = environment["TERMINFO"] { folders.append(FileName.path(own)) }
    if let home = environment["HOME"] { folders.append(FileName.path(home).appending(".terminfo")) }
    folders += (environment["TERMINFO_DIRS"] ?? "").split(separator: ":").map { FileName.path(String($0)) }
    return folders + [
      "/etc/terminfo", "/lib/terminfo", "/usr/share/terminfo", "/usr/lib/terminfo", "/usr/local/share/terminfo",
      "/opt/homebrew/share/terminfo",
    ]
  }
}
