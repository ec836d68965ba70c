import Foundation
import Raster

/// A compiled terminfo entry, read and written in the format of term(5).
struct TerminfoEntry: Equatable {
  /// A capability without a standard place, found by its name.
  struct Extended<Value: Equatable>: Equatable {
    var name: String
    var value: Value
  }

  var names: [UInt8]
  var booleans: [UInt8]
  var numbers: [Int32]
  /// Without the terminating zero; nil where the terminal lacks the capability.
  var strings: [[UInt8]?]
  var extendedBooleans: [Extended<UInt8>] = []
  var extendedNumbers: [Extended<Int32>] = []
  var extendedStrings: [Extended<[UInt8]?>] = []

  /// Places of standard capabilities, fixed by the format.
  private enum Index {
    static let canChange = 27
    static let maxColors = 13, maxPairs = 14
    static let keyMouse = 355
    static let setForeground = 359, setBackground = 360
  }

  /// How the terminal's reports of the mouse begin; nil where it is not known to send any.
  var mouseReport: String? {
    strings.count > Index.keyMouse ? strings[Index.keyMouse].map { String(decoding: $0, as: UTF8.self) } : nil
  }

  var colors: Int { numbers.count > Index.maxColors ? Int(numbers[Index.maxColors]) : -1 }

  func hasExtended(_ name: String) -> Bool {
    extendedBooleans.contains { $0.name == name && $0.value == 1 }
      || extendedNumbers.contains { $0.name == name && $0.value > 0 }
      || extendedStrings.contains { $0.name == name && $0.value != nil }
  }

  /// What colour detection wants to know.
  func colorFacts(term: String) -> ColorDecision.Entry {
    ColorDecision.Entry(
      colors: colors, direct: term.hasSuffix("-direct") || hasExtended("RGB"), truecolor: hasExtended("Tc"))
  }

  /// The same terminal with colour numbers that are 24-bit colours.
  ///
  /// Stock `-direct` entries keep the numbers 1–7 for the palette, so that nearly black colours come out as red or
  /// cyan; here every number is a colour. Semicolons, because every terminal that knows the colon form knows them.
  func withDirectColors() -> TerminfoEntry {
    var entry = self
    func sgr(_ code: String) -> [UInt8] {
      Array("\u{1B}[\(code);2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%dm".utf8)
    }
    while entry.numbers.count <= Index.maxPairs { entry.numbers.append(-1) }
    while entry.strings.count <= Index.setBackground { entry.strings.append(nil) }
    while entry.booleans.count <= Index.canChange { entry.booleans.append(0) }
    entry.booleans[Index.canChange] = 0
    entry.numbers[Index.maxColors] = 0x100_0000
    entry.numbers[Index.maxPairs] = 0x1_0000
    entry.strings[Index.setForeground] = sgr("38")
    entry.strings[Index.setBackground] = sgr("48")
    entry.setOriginalPair()
    entry.setMouseReports()
    entry.extendedBooleans.removeAll { $0.name == "RGB" }
    entry.extendedNumbers.removeAll { $0.name == "RGB" }
    entry.extendedStrings.removeAll { $0.name == "RGB" }
    entry.extendedBooleans.append(Extended(name: "RGB", value: 1))
    return entry
  }

  /// ncurses wants to know how to go back to the terminal's own colours.
  private mutating func setOriginalPair() {
    let originalPair = 297
    if strings[originalPair] == nil { strings[originalPair] = Array("\u{1B}[39;49m".utf8) }
  }

  /// Terminals with 24-bit colours know reports in SGR's form, which reach beyond 223 columns; old entries, tmux' own
  /// among them, ask for another.
  private mutating func setMouseReports() {
    guard mouseReport == "\u{1B}[M" else { return }
    strings[Index.keyMouse] = Array("\u{1B}[<".utf8)
    extendedStrings.removeAll { $0.name == "XM" }
    extendedNumbers.removeAll { $0.name == "XM" }
    extendedStrings.append(Extended(name: "XM", value: Array("\u{1B}[?1006;1000%?%p1%{1}%=%th%el%;".utf8)))
  }

  /// The entry of a terminal, from where ncurses would look for it.
  static func find(term: String, environment: [String: String]) -> TerminfoEntry? {
    locate(term: term, environment: environment)?.entry
  }

  /// As `find`, with the file it is in.
  static func locate(term: String, environment: [String: String]) -> (entry: TerminfoEntry, path: String)? {
    guard let first = term.unicodeScalars.first, !term.contains("/") else { return nil }
    for folder in folders(environment) {
      for part in [String(first), String(first.value, radix: 16)] {
        let path = "\(folder)/\(part)/\(term)"
        if let data = FileManager.default.contents(atPath: path), let entry = TerminfoEntry(data: Array(data)) {
          return (entry, path)
        }
      }
    }
    return nil
  }

  private static func folders(_ environment: [String: String]) -> [String] {
    var folders: [String] = []
    if let own = environment["TERMINFO"] { folders.append(own) }
    if let home = environment["HOME"] { folders.append(home + "/.terminfo") }
    folders += (environment["TERMINFO_DIRS"] ?? "").split(separator: ":").map(String.init)
    return folders + [
      "/etc/terminfo", "/lib/terminfo", "/usr/share/terminfo", "/usr/lib/terminfo", "/usr/local/share/terminfo",
      "/opt/homebrew/share/terminfo",
    ]
  }
}
