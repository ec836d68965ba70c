import Raster

/// How an entry is made to number colours.
extension TerminfoEntry {
  /// Where the palette's numbers begin in entries with 24-bit colours: above all of those.
  static let paletteBase: Int32 = 0x100_0000

  /// The same terminal with as many colours as are wanted of it.
  ///
  /// For 24-bit colours the numbers below `paletteBase` are colours and those from there on the palette's. Stock
  /// `-direct` entries keep the numbers 1–7 for the palette, so that nearly black colours come out as red or cyan; they
  /// are not used, with fewer colours neither. Semicolons, because every terminal that knows the colon form knows them.
  func withColors(_ depth: ColorDepth) -> TerminfoEntry {
    var entry = self
    if depth == .truecolor {
      entry.setColors(
        count: Int(Self.paletteBase) + 256,
        "%?%p1%{16777216}%<%t#8;2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d"
          + "%e#8;5;%p1%{16777216}%-%d%;")
      // Tells ncurses that these numbers need no table of colours.
      entry.extendedBooleans = [Extended(name: "RGB", value: 1)]
    } else if self[.colors] ?? 0 > 256 {
      entry.setColors(count: 256, "%?%p1%{8}%<%t#%p1%d%e#8;5;%p1%d%;")
    }
    return entry
  }

  /// - Parameter code: the parameters of SGR, with # for the 3 of foregrounds and the 4 of backgrounds.
  private mutating func setColors(count: Int, _ code: String) {
    func sgr(_ digit: Character) -> [UInt8] {
      Array("\u{1B}[\(String(code.map { $0 == "#" ? digit : $0 }))m".utf8)
    }
    self[.colors] = count
    self[.pairs] = 0x1_0000
    self[.foreground] = sgr("3")
    self[.background] = sgr("4")
    // ncurses wants to know how to go back to the terminal's own colours.
    if self[.ownColors] == nil { self[.ownColors] = Array("\u{1B}[39;49m".utf8) }
  }
}
