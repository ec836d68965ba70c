import Terminal

/// A line of text being typed.
struct LineEditor: Sendable, Equatable {
  private(set) var characters: [Character]
  /// The character the cursor stands before.
  private(set) var cursor: Int

  init(_ text: String = "") {
    characters = Array(text)
    cursor = characters.count
  }

  var text: String { String(characters) }

  /// - Returns: whether the key means something to an editor.
  mutating func handle(_ key: Key) -> Bool {
    switch key {
    case .character(let character): insert(character)
    case .backspace where cursor > 0: remove(cursor - 1..<cursor)
    case .backspace: break
    case .delete where cursor < characters.count: remove(cursor..<cursor + 1)
    case .left: cursor = max(0, cursor - 1)
    case .right: cursor = min(characters.count, cursor + 1)
    case .wordLeft: cursor = wordStart()
    case .wordRight: cursor = wordEnd()
    case .home, .control("a"): cursor = 0
    case .end, .control("e"): cursor = characters.count
    case .control("u"): remove(0..<cursor)
    case .control("k"): remove(cursor..<characters.count)
    case .control("w"): remove(wordStart()..<cursor)
    default: return false
    }
    return true
  }

  /// Inserts text of any length, with spaces for line ends and without what no line can show.
  mutating func paste(_ text: String) {
    for character in text {
      if character.isNewline || character == "\t" {
        insert(" ")
      } else if !character.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
        insert(character)
      }
    }
  }

  /// A typed mark joins the character before it: the text is put together anew.
  private mutating func insert(_ character: Character) {
    let before = String(characters[..<cursor]) + String(character)
    let after = characters[cursor...]
    characters = Array(before)
    cursor = characters.count
    characters += after
  }

  private mutating func remove(_ range: Range<Int>) {
    characters.removeSubrange(range)
    cursor = range.lowerBound
  }

  private func wordStart() -> Int {
    var at = cursor
    while at > 0, characters[at - 1] == " " { at -= 1 }
    while at > 0, characters[at - 1] != " " { at -= 1 }
    return at
  }

  private func wordEnd() -> Int {
    var at = cursor
    while at < characters.count, characters[at] == " " { at += 1 }
    while at < characters.count, characters[at] != " " { at += 1 }
    return at
  }
}
