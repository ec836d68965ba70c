/// Turns the bytes a terminal sends into keys. A value without time or terminal: whoever feeds it measures the time.
///
/// Sequences are told apart by their grammar (ECMA-48, "Control Functions for Coded Character Sets", 5th edition, 5.4),
/// not by a list, so that one that means nothing here is passed over whole: a late answer of the terminal, a report of
/// the focus, a key with Alt. Pasted text comes between marks and is one key.
struct KeyParser {
  /// What the bytes so far leave open, and thereby how long to wait for the next one.
  enum Pending {
    /// Nothing.
    case nothing
    /// Whether Esc was pressed, or a sequence begins.
    case escape
    /// How a sequence or a character goes on.
    case sequence
    /// How pasted text goes on.
    case paste
  }

  private enum State: Equatable {
    case ground
    case escape
    /// Esc twice: pressed twice, or a key with Alt whose own sequence begins.
    case escapeTwice
    case csi
    /// The Linux console's function keys: one more byte.
    case linuxFunction
    case ss3
    /// The old form of a press of the mouse: so many more bytes.
    case oldMouse(left: Int)
    /// OSC, DCS, APC, PM, SOS: up to their end.
    case string
    case stringEscape
    /// So many more bytes of a character, which Alt makes meaningless.
    case character(left: Int, isAlt: Bool)
    case paste
  }

  private var state = State.ground
  /// The sequence or character so far.
  private var bytes: [UInt8] = []
  private var hasAlt = false
  private var paste = PastedText()
  /// What the terminal's own keys send.
  private let known: [[UInt8]: Key]

  /// Longer sequences mean nothing.
  private static let longest = 64

  /// - Parameter known: keys by what they send; what most terminals send is known anyway.
  init(known: [[UInt8]: Key] = [:]) { self.known = known }

  var pending: Pending {
    switch state {
    case .ground: .nothing
    case .escape, .escapeTwice: .escape
    case .paste: .paste
    default: .sequence
    }
  }

  /// Takes the next byte in.
  /// - Returns: the keys it completes.
  mutating func feed(_ byte: UInt8) -> [Key] {
    switch state {
    case .ground: return ground(byte)
    case .escape: return afterEscape(byte)
    case .escapeTwice: return afterTwoEscapes(byte)
    case .csi: return csi(byte)
    case .ss3: return ss3(byte)
    case .linuxFunction: return end(with: byte)
    case .oldMouse(let left):
      if left == 1 { return end(with: byte) }
      bytes.append(byte)
      state = .oldMouse(left: left - 1)
      return []
    case .string: return string(byte)
    case .stringEscape:
      begin(.escape, [0x1B])
      return byte == UInt8(ascii: "\\") ? abandon() : afterEscape(byte)
    case .character(let left, let isAlt): return character(byte, left: left, isAlt: isAlt)
    case .paste:
      guard let text = paste.take(byte) else { return [] }
      state = .ground
      return text.isEmpty ? [] : [.paste(text)]
    }
  }

  /// No byte came for as long as was to be waited: what is left open is decided.
  mutating func endWait() -> [Key] {
    defer { _ = abandon() }
    switch state {
    case .escape: return [.escape]
    case .escapeTwice: return [.escape, .escape]
    case .paste:
      let text = paste.end()
      return text.isEmpty ? [] : [.paste(text)]
    default: return []
    }
  }

  // MARK: - States

  private mutating func ground(_ byte: UInt8) -> [Key] {
    switch byte {
    case 0x1B:
      begin(.escape, [byte])
      return []
    case 0xC2...0xF4:
      begin(.character(left: Self.continuations(after: byte), isAlt: false), [byte])
      return []
    default: return Self.key(of: byte).map { [$0] } ?? []
    }
  }

  private mutating func afterEscape(_ byte: UInt8) -> [Key] {
    switch byte {
    case 0x1B: state = .escapeTwice
    case UInt8(ascii: "["): begin(.csi, [0x1B, byte])
    case UInt8(ascii: "O"): begin(.ss3, [0x1B, byte])
    case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"), UInt8(ascii: "_"):
      begin(.string, [])
    case 0xC2...0xF4: begin(.character(left: Self.continuations(after: byte), isAlt: true), [byte])
    default: return end(with: byte)
    }
    return []
  }

  private mutating func afterTwoEscapes(_ byte: UInt8) -> [Key] {
    if byte == 0x1B { return [.escape] }
    if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "O") {
      hasAlt = true
      return afterEscape(byte)
    }
    state = .escape
    return [.escape] + afterEscape(byte)
  }

  private mutating func csi(_ byte: UInt8) -> [Key] {
    let isFirst = bytes.count == 2
    switch byte {
    case UInt8(ascii: "[") where isFirst: extend(.linuxFunction, byte)
    case UInt8(ascii: "M") where isFirst: extend(.oldMouse(left: 3), byte)
    // rxvt's keys with Shift end in a byte that elsewhere goes before the last.
    case UInt8(ascii: "$") where !isFirst && bytes[2...].allSatisfy({ (0x30...0x39).contains($0) }):
      return end(with: byte)
    case 0x20...0x3F: extend(.csi, byte)
    case 0x40...0x7E:
      if bytes == Array("\u{1B}[200".utf8), byte == UInt8(ascii: "~") {
        begin(.paste, [])
        return []
      }
      return end(with: byte)
    default: return breakOff(byte)
    }
    return []
  }

  private mutating func ss3(_ byte: UInt8) -> [Key] {
    switch byte {
    case 0x30...0x3B: extend(.ss3, byte)
    case 0x20...0x7E: return end(with: byte)
    default: return breakOff(byte)
    }
    return []
  }

  /// Up to ST or BEL. Any other control byte is a key again: answers have none, and whoever pressed Alt and P must get
  /// out.
  private mutating func string(_ byte: UInt8) -> [Key] {
    switch byte {
    case 0x1B: state = .stringEscape
    case 0x07: return abandon()
    case ..<0x20: return breakOff(byte)
    default: break
    }
    return []
  }

  private mutating func character(_ byte: UInt8, left: Int, isAlt: Bool) -> [Key] {
    guard (0x80...0xBF).contains(byte) else { return breakOff(byte) }
    bytes.append(byte)
    if left > 1 {
      state = .character(left: left - 1, isAlt: isAlt)
      return []
    }
    defer { _ = abandon() }
    guard !isAlt, let text = String(validating: bytes, as: UTF8.self), let scalar = text.unicodeScalars.first,
      scalar.value >= 0xA0
    else { return [] }
    return [.character(Character(scalar))]
  }

  // MARK: - Steps

  private mutating func begin(_ state: State, _ bytes: [UInt8]) { (self.state, self.bytes) = (state, bytes) }

  private mutating func extend(_ state: State, _ byte: UInt8) {
    self.state = state
    if bytes.count < Self.longest { bytes.append(byte) }
  }

  /// The sequence is whole: the key it stands for, if any.
  private mutating func end(with byte: UInt8) -> [Key] {
    defer { _ = abandon() }
    guard bytes.count < Self.longest else { return [] }
    let sequence = bytes + [byte]
    if !hasAlt, let key = known[sequence] { return [key] }
    return KeySequence.key(sequence, hasAlt: hasAlt).map { [$0] } ?? []
  }

  /// The sequence is none: the byte begins anew. CAN and SUB only end it.
  private mutating func breakOff(_ byte: UInt8) -> [Key] {
    _ = abandon()
    return byte == 0x18 || byte == 0x1A ? [] : ground(byte)
  }

  private mutating func abandon() -> [Key] {
    (state, bytes, hasAlt) = (.ground, [], false)
    return []
  }

  private static func continuations(after byte: UInt8) -> Int { byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3 }

  /// The key of one byte alone.
  private static func key(of byte: UInt8) -> Key? {
    switch byte {
    case 0x09: .tab
    case 0x0A, 0x0D: .enter
    case 0x08, 0x7F: .backspace
    case 0x01...0x1A: .control(Character(Unicode.Scalar(byte + 0x60)))
    case 0x20..<0x7F: .character(Character(Unicode.Scalar(byte)))
    default: nil
    }
  }
}
