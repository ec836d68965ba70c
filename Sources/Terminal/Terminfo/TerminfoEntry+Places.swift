/// The places of the capabilities that gaze uses, fixed by the format (`term.h`).
extension TerminfoEntry {
  enum Flag: Int {
    case autoMargin = 1, newlineGlitch = 4, isGeneric = 6, isHardCopy = 7, mayMoveInStandout = 14, backColorErase = 28
  }

  enum Number: Int {
    case columns = 0, rows = 2, attributeCookie = 4, colors = 13, pairs = 14, attributesWithoutColor = 15
  }

  /// What is sent to the terminal.
  enum Text: Int, CaseIterable {
    case carriageReturn = 2, clear = 5, eraseToEndOfLine = 6, eraseToEndOfScreen = 7, moveToColumn = 8, moveTo = 10
    case down = 11, home = 12, hideCursor = 13, left = 14, showCursor = 16, right = 17, up = 19
    case bold = 27, enterScreen = 28, dim = 30, reverse = 34, standout = 35, underline = 36, eraseCharacters = 37
    case attributesOff = 39, leaveScreen = 40, standoutOff = 43, underlineOff = 44, keypadOff = 88, keypadOn = 89
    case downBy = 107, leftBy = 111, rightBy = 112, upBy = 114, repeatCharacter = 121, moveToRow = 127
    case eraseToStartOfLine = 269, ownColors = 297
    case foregroundBGR = 302, backgroundBGR = 303, foreground = 359, background = 360
    /// How reports of the mouse begin; sent by the terminal, as keys are.
    case mouseReport = 355

    /// How many numbers the string is filled in with.
    var parameterCount: Int {
      switch self {
      case .moveTo, .repeatCharacter: 2
      case .moveToColumn, .moveToRow, .downBy, .leftBy, .rightBy, .upBy, .eraseCharacters: 1
      case .foregroundBGR, .backgroundBGR, .foreground, .background: 1
      default: 0
      }
    }
  }

  /// What keys send: their places among the strings.
  static let keyPlaces: [(place: Int, key: Key)] = [
    (87, .up), (61, .down), (79, .left), (83, .right), (76, .home), (164, .end), (82, .pageUp), (81, .pageDown),
    (165, .enter), (148, .backTab), (59, .delete), (66, .function(1)), (68, .function(2)), (69, .function(3)),
    (70, .function(4)), (71, .function(5)), (72, .function(6)), (73, .function(7)), (74, .function(8)),
    (75, .function(9)), (67, .function(10)), (216, .function(11)), (217, .function(12)),
  ]

  /// What keys send that have no place: Control or Alt with an arrow.
  static let keyNames: [(name: String, key: Key)] = [
    ("kLFT5", .wordLeft), ("kRIT5", .wordRight), ("kLFT3", .wordLeft), ("kRIT3", .wordRight),
  ]

  /// The sequences of keys that begin with Esc; one that two keys send is the first one's.
  var keySequences: [[UInt8]: Key] {
    let placed = Self.keyPlaces.map { place, key in (place < strings.count ? strings[place] : nil, key) }
    let named = Self.keyNames.map { name, key in (extendedString(name), key) }
    let sequences = (placed + named).compactMap { bytes, key -> ([UInt8], Key)? in
      guard let bytes, bytes.count > 1, bytes[0] == 0x1B else { return nil }
      return (bytes, key)
    }
    return Dictionary(sequences) { first, _ in first }
  }
}
