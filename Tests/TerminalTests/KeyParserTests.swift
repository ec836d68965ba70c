import Testing

@testable import Terminal

/// Keys from the bytes that terminals send.
@Suite struct KeyParserTests {
  static let patience = TerminalInput.Patience(environment: [:])

  /// What keys send: xterm, rxvt, PuTTY, the Linux console, kitty with Num Lock.
  static let keys: [(String, [Key])] = [
    ("a", [.character("a")]), ("é", [.character("é")]), ("猫", [.character("猫")]), ("🙂", [.character("🙂")]),
    ("\r", [.enter]), ("\n", [.enter]), ("\t", [.tab]),
    ("\u{7F}", [.backspace]), ("\u{8}", [.backspace]), ("\u{C}", [.control("l")]), ("\u{1}", [.control("a")]),
    ("\u{1B}[A", [.up]), ("\u{1B}[B", [.down]), ("\u{1B}[C", [.right]), ("\u{1B}[D", [.left]), ("\u{1B}OA", [.up]),
    ("\u{1B}OD", [.left]), ("\u{1B}[1;129A", [.up]), ("\u{1B}[H", [.home]), ("\u{1B}[F", [.end]), ("\u{1B}OH", [.home]),
    ("\u{1B}[1~", [.home]), ("\u{1B}[4~", [.end]), ("\u{1B}[7~", [.home]), ("\u{1B}[8~", [.end]),
    ("\u{1B}[3~", [.delete]), ("\u{1B}[5~", [.pageUp]), ("\u{1B}[6~", [.pageDown]), ("\u{1B}[Z", [.backTab]),
    ("\u{1B}[1;2Z", [.backTab]), ("\u{1B}[1;5D", [.wordLeft]), ("\u{1B}[1;5C", [.wordRight]),
    ("\u{1B}[1;3D", [.wordLeft]), ("\u{1B}\u{1B}[C", [.wordRight]), ("\u{1B}Od", [.wordLeft]),
    ("\u{1B}Oc", [.wordRight]),
    ("\u{1B}O5D", [.wordLeft]), ("\u{1B}OP", [.function(1)]), ("\u{1B}OS", [.function(4)]),
    ("\u{1B}[P", [.function(1)]),
    ("\u{1B}[R", [.function(3)]), ("\u{1B}[11~", [.function(1)]), ("\u{1B}[15~", [.function(5)]),
    ("\u{1B}[17~", [.function(6)]), ("\u{1B}[21~", [.function(10)]), ("\u{1B}[24~", [.function(12)]),
    ("\u{1B}[[A", [.function(1)]), ("\u{1B}[[E", [.function(5)]), ("\u{1B}OM", [.enter]),
    ("\u{1B}Op", [.character("0")]),
    ("\u{1B}Oy", [.character("9")]), ("\u{1B}Ok", [.character("+")]), ("\u{1B}[<0;5;4M", [.press(row: 3, column: 4)]),
    ("\u{1B}[<8;300;100M", [.press(row: 99, column: 299)]),
    ("\u{1B}[<16;3;1M", [.secondaryPress(row: 0, column: 2)]), ("\u{1B}[<2;5;4M", [.secondaryPress(row: 3, column: 4)]),
    ("\u{1B}[<64;1;1M", [.wheelUp(row: 0, column: 0)]),
    ("\u{1B}[<65;1;2M", [.wheelDown(row: 1, column: 0)]), ("\u{1B}[M %$", [.press(row: 3, column: 4)]),
    ("\u{1B}[Ma!!", [.wheelDown(row: 0, column: 0)]),
    ("\u{1B}[200~a red car\r\nwet road\u{1B}[201~", [.paste("a red car wet road")]),
  ]

  /// What means nothing: keys with Alt and other unused keys, late answers, reports.
  static let nothing = [
    "\u{1B}a", "\u{1B}Z", "\u{1B}-", "\u{1B} ", "\u{1B}(", "\u{1B}\r", "\u{1B}\u{7F}", "\u{1B}é", "\u{1B}猫",
    "\u{1B}[?61;6;7c", "\u{1B}[>41;354;0c", "\u{1B}[24;80R", "\u{1B}[1;2R", "\u{1B}[0n", "\u{1B}[?2026;2$y",
    "\u{1B}[4;1$y", "\u{1B}[?1u", "\u{1B}[8;24;80t", "\u{1B}[I", "\u{1B}[O", "\u{1B}[97;5u", "\u{1B}[27u",
    "\u{1B}[57441;2u", "\u{1B}[27;5;13~", "\u{1B}[1;2A", "\u{1B}[1;5A", "\u{1B}[1;1:3A", "\u{1B}[3;5~", "\u{1B}[2~",
    "\u{1B}[29~", "\u{1B}[201~", "\u{1B}[3$", "\u{1B}[3^", "\u{1B}[a", "\u{1B}Oa", "\u{1B}OE", "\u{1B}O2P", "\u{1B}[E",
    "\u{1B}\u{1B}[A", "\u{1B}\u{1B}OP", "\u{1B}[<0;5;4m", "\u{1B}[<32;5;4M", "\u{1B}[M#%$",
    "\u{1B}[M!\u{1B}q", "\u{1B}]11;rgb:d1d1/f4f4/d6d6\u{1B}\\", "\u{1B}]11;rgb:d1d1/f4f4/d6d6\u{7}", "\u{1B}]0;猫\u{7}",
    "\u{1B}P1+r544e=787465\u{1B}\\", "\u{1B}P>|xterm(390)\u{1B}\\", "\u{1B}_Gi=1;OK\u{1B}\\", "\u{1B}^q\u{1B}\\",
    "\u{1B}Xq\u{1B}\\", "\u{1B}\\", "\u{1B}[\u{18}", "\u{1B}]q\u{1A}",
    "\u{1B}[" + String(repeating: "1;", count: 200) + "A", "\u{1B}[999999999999999999A", "\u{1B}[1 q", "\u{9B}",
  ]

  static let all = keys + nothing.map { ($0, []) }

  static func read(_ bytes: [UInt8]) -> [Key] {
    var parser = KeyParser()
    return bytes.flatMap { parser.feed($0) }
  }

  /// In loops: what a failing test's arguments are called goes to a terminal.
  @Test func wholeSequencesAreKeysOrNothing() {
    for (sequence, expected) in Self.all {
      #expect(Self.read(Array(sequence.utf8)) == expected, "\(sequence.debugDescription)")
      #expect(Self.read(Array((sequence + "j").utf8)) == expected + [.character("j")], "\(sequence.debugDescription)")
    }
  }

  /// However a network cuts them up: no longer apart than is waited for, at every place.
  @Test func cutSequencesAreTheSame() {
    for (sequence, expected) in Self.all {
      let bytes = Array(sequence.utf8)
      for cut in 1..<max(2, bytes.count) {
        var input = TerminalInput(known: [:], patience: Self.patience)
        var keys: [Key] = []
        func takeKeys() { while let key = input.next() { keys.append(key) } }
        input.take(bytes[..<cut], now: 0)
        input.passTime(to: (input.wait(now: 0) ?? 1) - 1)
        takeKeys()
        input.take(bytes[cut...], now: 10_000)
        input.passTime(to: 10_000)
        input.take([UInt8(ascii: "j")], now: 10_000)
        takeKeys()
        #expect(keys == expected + [.character("j")], "\(sequence.debugDescription) cut after \(cut) bytes")
      }
    }
  }

  @Test func sequencesFollowEachOtherInAnyOrder() {
    var random = SeededRandom(seed: 2)
    for _ in 0..<2_000 {
      let chosen = (0..<6).map { _ in Self.all.randomElement(using: &random)! }
      #expect(
        Self.read(chosen.flatMap { Array($0.0.utf8) }) == chosen.flatMap(\.1), "\(chosen.map(\.0.debugDescription))")
    }
  }

  /// Whatever comes, the next key after a while is itself again.
  @Test func noBytesTakeTheKeyboardAway() {
    var random = SeededRandom(seed: 3)
    let likely = Array("\u{1B}\u{1B}[]OPM<;0123~$\\\u{7}AZqu_^X".utf8)
    for _ in 0..<5_000 {
      var parser = KeyParser()
      for _ in 0..<Int.random(in: 1...40, using: &random) {
        let byte =
          Bool.random(using: &random)
          ? likely.randomElement(using: &random)! : UInt8.random(in: 0...255, using: &random)
        _ = parser.feed(byte)
      }
      _ = parser.endWait()
      #expect(parser.pending == .nothing)
      #expect(parser.feed(UInt8(ascii: "j")) == [.character("j")])
    }
  }

  @Test func controlBytesEndWhatIsNoAnswer() {
    #expect(Self.read(Array("\u{1B}Pabc\rq".utf8)) == [.enter, .character("q")])
    #expect(Self.read(Array("\u{1B}[12\rq".utf8)) == [.enter, .character("q")])
    #expect(Self.read(Array("\u{1B}[12\u{1B}[A".utf8)) == [.up])
    #expect(Self.read(Array("\u{1B}]11;rgb\u{1B}[A".utf8)) == [.up])
  }

  @Test func damagedCharactersAreLeftOut() {
    #expect(Self.read([0xFF, 0x80, 0xC3, 0x41]) == [.character("A")])
    #expect(Self.read([0xE7, 0x8C, 0x1B, 0x5B, 0x41]) == [.up])
    #expect(Self.read([0xED, 0xA0, 0x80, 0xC0, 0xAF, 0xF4, 0x90, 0x80, 0x80, 0x42]) == [.character("B")])
  }

  @Test func theTerminalsOwnKeysComeFirst() {
    var parser = KeyParser(known: [
      Array("\u{1B}[224z".utf8): .function(1), Array("\u{1B}A".utf8): .up, Array("\u{1B}[1~".utf8): .end,
    ])
    let keys = "\u{1B}[224z\u{1B}A\u{1B}[1~\u{1B}[4~".utf8.flatMap { parser.feed($0) }
    #expect(keys == [.function(1), .up, .end, .end])
  }
}

/// Keys by the time their bytes come at.
@Suite struct TerminalInputTests {
  private func input(_ environment: [String: String] = [:]) -> TerminalInput {
    TerminalInput(known: [:], patience: TerminalInput.Patience(environment: environment))
  }

  private func keys(_ input: inout TerminalInput) -> [Key] {
    var keys: [Key] = []
    while let key = input.next() { keys.append(key) }
    return keys
  }

  @Test func escAloneIsAKeyOnceItsTimeIsOver() {
    var input = input()
    input.take([0x1B], now: 1000)
    #expect(input.wait(now: 1005) == 20)
    input.passTime(to: 1024)
    #expect(keys(&input) == [])
    input.passTime(to: 1025)
    #expect(keys(&input) == [.escape])
    #expect(input.wait(now: 1025) == nil)
    input.take(Array("[A".utf8), now: 1026)
    #expect(keys(&input) == [.character("["), .character("A")])
  }

  @Test func escPressedTwiceIsTwoKeys() {
    var input = input()
    input.take([0x1B, 0x1B], now: 0)
    input.passTime(to: 25)
    #expect(keys(&input) == [.escape, .escape])
    input.take([0x1B, 0x1B, 0x1B], now: 100)
    input.passTime(to: 125)
    #expect(keys(&input) == [.escape, .escape, .escape])
  }

  @Test func sequencesLeftOpenArePassedOver() {
    for begun in [
      "\u{1B}[", "\u{1B}[1;", "\u{1B}O", "\u{1B}]11;rgb", "\u{1B}]1\u{1B}", "\u{1B}P", "\u{1B}[M ", "\u{C3}",
    ] {
      var input = input()
      input.take(Array(begun.utf8.prefix(begun == "\u{C3}" ? 1 : 99)), now: 0)
      #expect(input.wait(now: 0) == 1000)
      input.passTime(to: 1000)
      input.take(Array("q".utf8), now: 1001)
      #expect(keys(&input) == [.character("q")], "\(begun.debugDescription)")
    }
  }

  @Test func escdelayIsHeededAndNetworksGetMoreTime() {
    func escape(_ environment: [String: String]) -> Int { TerminalInput.Patience(environment: environment).escape }
    #expect(escape([:]) == 25)
    #expect(escape(["SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"]) == 100)
    #expect(escape(["SSH_TTY": "/dev/pts/0"]) == 100)
    #expect(escape(["SSH_TTY": ""]) == 25)
    #expect(escape(["SSH_TTY": "/dev/pts/0", "ESCDELAY": "30"]) == 30)
    #expect(escape(["ESCDELAY": "2000"]) == 2000)
    #expect(escape(["ESCDELAY": "-1"]) == 25)
    #expect(escape(["ESCDELAY": "soon"]) == 25)
    #expect(TerminalInput.Patience(environment: ["ESCDELAY": "2000"]).sequence == 2000)
  }
}

/// Pasted text: one key, never several.
@Suite struct PastedTextTests {
  private func paste(_ text: String) -> [Key] { KeyParserTests.read(Array("\u{1B}[200~\(text)\u{1B}[201~".utf8)) }

  @Test func lineEndsAndTabsBecomeSpaces() {
    #expect(paste("a\nb\r\nc\rd\te\u{2028}f\u{85}g\n\nh") == [.paste("a b c d e f g  h")])
  }

  @Test func nothingInItIsAKeyOrControlsTheTerminal() {
    #expect(paste("q\u{3}w\u{1B}[31m\u{9B}0m\u{0}\u{7F}é猫") == [.paste("qw[31m0mé猫")])
    #expect(paste("a\u{1B}[200~b\u{1B}[20\u{1B}c") == [.paste("a[200~b[20c")])
    #expect(paste("") == [])
    #expect(paste("\u{1B}\u{1B}") == [])
  }

  @Test func bytesThatAreNoTextAreReplaced() {
    let bytes = Array("\u{1B}[200~a".utf8) + [0xFF] + Array("b\u{1B}[201~".utf8)
    #expect(KeyParserTests.read(bytes) == [.paste("a\u{FFFD}b")])
  }

  @Test func whatIsTooLongIsCutAtACharacter() {
    let limit = PastedText.limit
    #expect(paste(String(repeating: "x", count: limit + 5) + "\r") == [.paste(String(repeating: "x", count: limit))])
    let wide = String(repeating: "猫", count: limit)
    #expect(paste(wide) == [.paste(String(repeating: "猫", count: limit / 3))])
  }

  @Test func textWhoseEndNeverComesIsGivenAfterAWhile() {
    var input = TerminalInput(known: [:], patience: KeyParserTests.patience)
    input.take(Array("\u{1B}[200~ab\u{1B}[20".utf8), now: 0)
    input.passTime(to: 4999)
    #expect(input.next() == nil)
    input.take(Array("c".utf8), now: 4999)
    input.passTime(to: 9998)
    #expect(input.next() == nil)
    input.passTime(to: 9999)
    #expect(input.next() == .paste("ab[20c"))
    input.take(Array("q".utf8), now: 10_000)
    #expect(input.next() == .character("q"))
  }
}
