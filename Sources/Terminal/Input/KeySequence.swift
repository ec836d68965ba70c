/// What whole sequences stand for, as most terminals send them (xterm's ctlseqs, rxvt, the Linux console).
enum KeySequence {
  /// - Parameters:
  ///   - bytes: from Esc to the last byte.
  ///   - hasAlt: whether another Esc stood before it.
  /// - Returns: nil when it means nothing here.
  static func key(_ bytes: [UInt8], hasAlt: Bool) -> Key? {
    guard bytes.count >= 3, let last = bytes.last else { return nil }
    let body = bytes[2..<(bytes.count - 1)]
    let key: Key?
    var modifiers = Modifiers()
    if bytes[1] == UInt8(ascii: "O") {
      key = ss3(last)
      modifiers = Modifiers(parameter: parameters(body)?.last ?? nil)
    } else if body.first == UInt8(ascii: "[") {
      key = (0x41...0x45).contains(last) ? .function(Int(last) - 0x40) : nil
    } else if body.first == UInt8(ascii: "M"), body.count == 3 {
      return oldMouse(bytes[3], bytes[4], bytes[5])
    } else if body.first == UInt8(ascii: "<") {
      return mouse(body.dropFirst(), last)
    } else {
      guard let numbers = parameters(body), numbers.count <= 2, !isRelease(body) else { return nil }
      if numbers.count == 2 { modifiers = Modifiers(parameter: numbers[1]) }
      key = last == UInt8(ascii: "~") ? tilde(numbers[0] ?? 0) : csi(last, numbers)
    }
    if hasAlt { modifiers.insert(.alt) }
    return key.flatMap { with(modifiers, $0) }
  }

  /// What is held while a key is pressed, as xterm numbers it: 1 more than the sum.
  private struct Modifiers: OptionSet {
    let rawValue: Int
    static let shift = Modifiers(rawValue: 1), alt = Modifiers(rawValue: 2), control = Modifiers(rawValue: 4)
    /// Caps Lock and Num Lock change nothing.
    static let locks = Modifiers(rawValue: 192)

    init(rawValue: Int) { self.rawValue = rawValue }

    init(parameter: Int?) { self = Modifiers(rawValue: max(0, (parameter ?? 1) - 1)).subtracting(.locks) }
  }

  /// The key with what is held; most such keys mean nothing here.
  private static func with(_ modifiers: Modifiers, _ key: Key) -> Key? {
    switch (key, modifiers) {
    case (_, []): key
    case (.backTab, .shift): key
    case (.left, .control), (.left, .alt): .wordLeft
    case (.right, .control), (.right, .alt): .wordRight
    case (.wordLeft, _), (.wordRight, _): key
    default: nil
    }
  }

  private static let arrows: [UInt8: Key] = [
    UInt8(ascii: "A"): .up, UInt8(ascii: "B"): .down, UInt8(ascii: "C"): .right, UInt8(ascii: "D"): .left,
    UInt8(ascii: "H"): .home, UInt8(ascii: "F"): .end,
  ]

  private static func csi(_ last: UInt8, _ numbers: [Int?]) -> Key? {
    guard numbers[0] ?? 1 == 1 else { return nil }
    if let key = arrows[last] { return key }
    switch last {
    case UInt8(ascii: "Z"): return .backTab
    // With numbers, R reports where the cursor is.
    case UInt8(ascii: "R") where numbers == [nil]: return .function(3)
    case UInt8(ascii: "P"), UInt8(ascii: "Q"), UInt8(ascii: "S"): return .function(Int(last) - 0x4F)
    default: return nil
    }
  }

  private static func ss3(_ last: UInt8) -> Key? {
    if let key = arrows[last] { return key }
    switch last {
    case UInt8(ascii: "P")...UInt8(ascii: "S"): return .function(Int(last) - 0x4F)
    case UInt8(ascii: "M"): return .enter
    case UInt8(ascii: "I"): return .tab
    case UInt8(ascii: "d"): return .wordLeft
    case UInt8(ascii: "c"): return .wordRight
    // The number pad: * + , - . / and digits.
    case UInt8(ascii: "j")...UInt8(ascii: "y"): return .character(Character(Unicode.Scalar(last - 0x40)))
    default: return nil
    }
  }

  private static func tilde(_ number: Int) -> Key? {
    switch number {
    case 1, 7: .home
    case 4, 8: .end
    case 3: .delete
    case 5: .pageUp
    case 6: .pageDown
    case 11...15: .function(number - 10)
    case 17...21: .function(number - 11)
    case 23...24: .function(number - 12)
    default: nil
    }
  }

  /// Numbers between semicolons, each without what follows a colon; nil where other bytes stand among them.
  private static func parameters(_ body: ArraySlice<UInt8>) -> [Int?]? {
    var numbers: [Int?] = []
    for part in body.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false) {
      guard part.allSatisfy({ (0x30...0x3A).contains($0) }) else { return nil }
      let digits = part.prefix { $0 != UInt8(ascii: ":") }
      guard digits.count <= 6 else { return nil }
      numbers.append(digits.isEmpty ? nil : digits.reduce(0) { $0 * 10 + Int($1) - 0x30 })
    }
    return numbers
  }

  /// kitty's keyboard protocol may tell when a key is let go: `1;1:3`.
  private static func isRelease(_ body: ArraySlice<UInt8>) -> Bool { body.suffix(2) == [UInt8(ascii: ":"), 0x33] }

  private static func mouse(_ body: ArraySlice<UInt8>, _ last: UInt8) -> Key? {
    guard last == UInt8(ascii: "M"), let numbers = parameters(body), numbers.count == 3,
      let button = numbers[0], let column = numbers[1], let row = numbers[2]
    else { return nil }
    return press(button, column: column - 1, row: row - 1)
  }

  private static func oldMouse(_ button: UInt8, _ column: UInt8, _ row: UInt8) -> Key? {
    press(Int(button) - 32, column: Int(column) - 33, row: Int(row) - 33)
  }

  /// Of what is held with it only Control means something.
  private static func press(_ button: Int, column: Int, row: Int) -> Key? {
    guard column >= 0, row >= 0 else { return nil }
    let hasControl = button & 16 != 0
    switch button & ~(4 | 8 | 16) {
    case 0 where !hasControl: return .press(row: row, column: column)
    case 0, 1, 2: return .secondaryPress(row: row, column: column)
    case 64: return .wheelUp(row: row, column: column)
    case 65: return .wheelDown(row: row, column: column)
    default: return nil
    }
  }
}
