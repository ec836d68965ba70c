/// Something the user did at the terminal.
public enum Key: Sendable, Hashable {
  case character(Character)
  case enter, escape, tab, backTab, backspace, delete
  case up, down, left, right, home, end, pageUp, pageDown
  /// Control and an arrow: a word at a time.
  case wordLeft, wordRight
  case function(Int)
  /// Control and a letter, lower case.
  case control(Character)
  /// A press of the first mouse button.
  case press(row: Int, column: Int)
  /// A press of another button, or of the first with Control held.
  case secondaryPress(row: Int, column: Int)
  case wheelUp(row: Int, column: Int)
  case wheelDown(row: Int, column: Int)
  /// Text pasted at once, as one line.
  case paste(String)
  /// The terminal has another size now.
  case resize

  /// How the key is called in help.
  public var label: String {
    switch self {
    case .character(" "): "Space"
    case .character(let character): String(character)
    case .enter: "Enter"
    case .escape: "Esc"
    case .tab: "Tab"
    case .backTab: "Shift-Tab"
    case .backspace: "Backspace"
    case .delete: "Del"
    case .up: "↑"
    case .down: "↓"
    case .left: "←"
    case .wordLeft: "Ctrl-←"
    case .wordRight: "Ctrl-→"
    case .right: "→"
    case .home: "Home"
    case .end: "End"
    case .pageUp: "PgUp"
    case .pageDown: "PgDn"
    case .function(let number): "F\(number)"
    case .control(let letter): "Ctrl-\(letter.uppercased())"
    case .press: "click"
    case .secondaryPress: "right click"
    case .wheelUp: "wheel up"
    case .wheelDown: "wheel down"
    case .paste: "paste"
    case .resize: "resize"
    }
  }
}
