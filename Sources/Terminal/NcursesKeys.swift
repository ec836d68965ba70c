import CNcurses

/// Translates what ncurses read.
enum NcursesKeys {
  /// - Returns: nil for keys the program has no use for.
  static func key(code: wint_t, isFunctionKey: Bool) -> Key? {
    isFunctionKey ? functionKey(Int32(bitPattern: code)) : character(code)
  }

  private static func character(_ code: wint_t) -> Key? {
    switch code {
    case 9: return .tab
    case 10, 13: return .enter
    case 27: return .escape
    case 8, 127: return .backspace
    case 1...26: return .control(Character(Unicode.Scalar(UInt8(code) + 96)))
    case 0..<32: return nil
    default: return Unicode.Scalar(code).map { .character(Character($0)) }
    }
  }

  private static func functionKey(_ code: Int32) -> Key? {
    switch code {
    case KEY_UP: return .up
    case KEY_DOWN: return .down
    case KEY_LEFT: return .left
    case KEY_RIGHT: return .right
    case KEY_HOME: return .home
    case KEY_END: return .end
    case KEY_PPAGE: return .pageUp
    case KEY_NPAGE: return .pageDown
    case KEY_ENTER: return .enter
    case KEY_BTAB: return .backTab
    case KEY_BACKSPACE: return .backspace
    case KEY_DC: return .delete
    case KEY_RESIZE: return .resize
    case KEY_MOUSE: return mouse()
    case wordLeft: return .wordLeft
    case wordRight: return .wordRight
    case KEY_F0 + 1...KEY_F0 + 12: return .function(Int(code - KEY_F0))
    default: return nil
    }
  }

  private static let wordLeft = KEY_MAX + 1001
  private static let wordRight = KEY_MAX + 1002

  /// Tells ncurses what terminals send for control and an arrow: terminfo has no common name for it. Call once the
  /// terminal is open.
  static func defineWordKeys() {
    for (sequence, code) in [
      ("\u{1B}[1;5D", wordLeft), ("\u{1B}[1;5C", wordRight), ("\u{1B}[1;3D", wordLeft), ("\u{1B}[1;3C", wordRight),
      ("\u{1B}Od", wordLeft), ("\u{1B}Oc", wordRight),
    ] {
      define_key(sequence, code)
    }
  }

  private static func mouse() -> Key? {
    var (row, column): (Int32, Int32) = (0, 0)
    switch gaze_mouse(&row, &column) {
    case 1: return .press(row: Int(row), column: Int(column))
    case 4: return .wheelUp(row: Int(row), column: Int(column))
    case 5: return .wheelDown(row: Int(row), column: Int(column))
    default: return nil
    }
  }
}
