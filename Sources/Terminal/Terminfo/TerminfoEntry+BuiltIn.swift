/// The entry gaze brings along.
extension TerminfoEntry {
  /// What terminals that act like xterm have in common, with 256 colours. Erasing leaves the terminal's own background,
  /// as it does on all of them.
  package static let builtIn: TerminfoEntry = {
    var entry = TerminfoEntry(names: Array("gaze|terminals like xterm".utf8))
    // Nothing is said of margins that wrap, see `forDrawing`.
    for flag in [Flag.newlineGlitch, .mayMoveInStandout] { entry[flag] = true }
    (entry[.columns], entry[.rows]) = (80, 24)
    (entry[.colors], entry[.pairs]) = (256, 0x1_0000)
    for (text, value) in builtInTexts { entry[text] = Array(value.utf8) }
    return entry
  }()

  private static let builtInTexts: [(Text, String)] = [
    (.carriageReturn, "\r"), (.clear, "\u{1B}[H\u{1B}[2J"), (.home, "\u{1B}[H"),
    (.eraseToEndOfLine, "\u{1B}[K"), (.eraseToStartOfLine, "\u{1B}[1K"), (.eraseToEndOfScreen, "\u{1B}[J"),
    (.eraseCharacters, "\u{1B}[%p1%dX"), (.moveTo, "\u{1B}[%i%p1%d;%p2%dH"), (.moveToColumn, "\u{1B}[%i%p1%dG"),
    (.moveToRow, "\u{1B}[%i%p1%dd"), (.up, "\u{1B}[A"), (.down, "\n"), (.left, "\u{8}"), (.right, "\u{1B}[C"),
    (.upBy, "\u{1B}[%p1%dA"), (.downBy, "\u{1B}[%p1%dB"), (.leftBy, "\u{1B}[%p1%dD"), (.rightBy, "\u{1B}[%p1%dC"),
    (.hideCursor, "\u{1B}[?25l"), (.showCursor, "\u{1B}[?25h"), (.enterScreen, "\u{1B}[?1049h"),
    (.leaveScreen, "\u{1B}[?1049l"), (.bold, "\u{1B}[1m"), (.dim, "\u{1B}[2m"), (.reverse, "\u{1B}[7m"),
    (.underline, "\u{1B}[4m"), (.underlineOff, "\u{1B}[24m"), (.standout, "\u{1B}[7m"), (.standoutOff, "\u{1B}[27m"),
    (.attributesOff, "\u{1B}[m"), (.keypadOn, "\u{1B}[?1h\u{1B}="), (.keypadOff, "\u{1B}[?1l\u{1B}>"),
    (.ownColors, "\u{1B}[39;49m"), (.mouseReport, "\u{1B}[<"),
    (.foreground, "\u{1B}[%?%p1%{8}%<%t3%p1%d%e38;5;%p1%d%;m"),
    (.background, "\u{1B}[%?%p1%{8}%<%t4%p1%d%e48;5;%p1%d%;m"),
  ]
}
