/// What of an entry is safe to draw with.
extension TerminfoEntry {
  /// The entry with what gaze draws with and nothing else, every string checked; nil when the terminal cannot move its
  /// cursor.
  ///
  /// ncurses believes what it reads: a `%s` where a number belongs is a crash, a delay of hours is kept. A file may hold
  /// anything, so that ncurses is given only what was understood here. Strings without delays: they are for terminals
  /// that nothing draws on any more.
  package func forDrawing() -> TerminfoEntry? {
    guard !self[.isGeneric], !self[.isHardCopy] else { return nil }
    var entry = TerminfoEntry(names: names)
    for flag in [Flag.newlineGlitch, .mayMoveInStandout, .backColorErase] { entry[flag] = self[flag] }
    // Where the cursor waits at the right margin until something follows, the last corner can be drawn like any other
    // place; told of margins that wrap, ncurses would leave it out, for fear that the screen scrolls.
    entry[.autoMargin] = self[.autoMargin] && !self[.newlineGlitch]
    entry[.columns] = self[.columns].flatMap { (1...10_000).contains($0) ? $0 : nil } ?? 80
    entry[.rows] = self[.rows].flatMap { (1...10_000).contains($0) ? $0 : nil } ?? 24
    for text in Text.allCases { entry[text] = self[text].flatMap { Self.checked($0, parameters: text.parameterCount) } }
    guard entry[.moveTo] != nil else { return nil }
    // Where attributes take a place on the screen, there are none.
    if self[.attributeCookie] ?? 0 > 0 {
      for text in [Text.bold, .dim, .reverse, .standout, .underline] { entry[text] = nil }
    }
    if entry[.attributesOff] == nil {
      for text in [Text.bold, .dim, .reverse] { entry[text] = nil }
    }
    entry.copyColors(of: self)
    entry.copyKeys(of: self)
    return entry
  }

  private mutating func copyColors(of entry: TerminfoEntry) {
    let colored = self[.foreground] != nil && self[.background] != nil
    let coloredBGR = self[.foregroundBGR] != nil && self[.backgroundBGR] != nil
    guard let colors = entry[.colors], colors >= 8, self[.ownColors] != nil, colored || coloredBGR else { return }
    self[.colors] = min(colors, Int(Self.paletteBase))
    self[.pairs] = min(max(entry[.pairs] ?? 64, 64), 0x1_0000)
    self[.attributesWithoutColor] = entry[.attributesWithoutColor].flatMap { $0 < 0x400 ? $0 : nil }
  }

  private mutating func copyKeys(of entry: TerminfoEntry) {
    func isKey(_ bytes: [UInt8]) -> Bool { (1...32).contains(bytes.count) }
    for (place, _) in Self.keyPlaces where place < entry.strings.count {
      while strings.count <= place { strings.append(nil) }
      strings[place] = entry.strings[place].flatMap { isKey($0) ? $0 : nil }
    }
    for (name, _) in Self.keyNames {
      guard let bytes = entry.extendedString(name), isKey(bytes) else { continue }
      extendedStrings.append(Extended(name: name, value: bytes))
    }
  }

  /// A string without its delays (`$<5>`); nil when it is too long or not of terminfo's language.
  static func checked(_ text: [UInt8], parameters: Int) -> [UInt8]? {
    guard (1...512).contains(text.count) else { return nil }
    let text = withoutDelays(text)
    guard !text.isEmpty else { return nil }
    if parameters == 0 { return text.contains(UInt8(ascii: "%")) ? nil : text }
    return TerminfoParameters.areSound(text, count: parameters) ? text : nil
  }

  static func withoutDelays(_ text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var rest = text[...]
    while let byte = rest.first {
      if byte == UInt8(ascii: "$"), rest.dropFirst().first == UInt8(ascii: "<"),
        let end = rest.firstIndex(of: UInt8(ascii: ">")), isDelay(rest[(rest.startIndex + 2)..<end])
      {
        rest = rest[(end + 1)...]
      } else {
        result.append(rest.removeFirst())
      }
    }
    return result
  }

  private static func isDelay(_ text: ArraySlice<UInt8>) -> Bool {
    !text.isEmpty && text.allSatisfy { (0x30...0x39).contains($0) || [0x2A, 0x2E, 0x2F].contains($0) }
  }
}
