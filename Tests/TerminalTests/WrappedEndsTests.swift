import Testing

@testable import Terminal

@Suite("Text that is too long for its lines loses its middle")
struct WrappedEndsTests {
  @Test("a text that fits is wrapped as any other") func fits() {
    #expect(TextWidth.wrapEnds("a b c", columns: 3, atMost: 2) == ["a b", "c"])
    #expect(TextWidth.wrapEnds("", columns: 3, atMost: 2).isEmpty)
    #expect(TextWidth.wrapEnds("a", columns: 3, atMost: 0).isEmpty)
  }

  @Test("both ends are kept, the latter more of it, in no more lines and columns than there are") func ends() {
    let text = "/photos/" + String(repeating: "long", count: 50) + ".jpg: Permission denied"
    for (columns, count) in [(80, 1), (30, 1), (30, 2), (20, 3)] {
      let lines = TextWidth.wrapEnds(text, columns: columns, atMost: count)
      #expect(lines.count <= count && lines.allSatisfy { TextWidth.of($0) <= columns })
      let whole = lines.joined(separator: " ")
      #expect(whole.hasPrefix("/photos/") && whole.hasSuffix("Permission denied"), "\(lines)")
      #expect(whole.count { $0 == "…" } == 1)
    }
    #expect(TextWidth.wrapEnds("abcdefgh", columns: 4, atMost: 1, ellipsis: "~") == ["a~gh"])
    #expect(TextWidth.wrapEnds("abcdefgh", columns: 1, atMost: 1) == ["…"])
  }

  @Test("wide characters are counted as wide") func wide() {
    let lines = TextWidth.wrapEnds(String(repeating: "写真", count: 40) + ": 不可", columns: 20, atMost: 1)
    #expect(lines.count == 1 && TextWidth.of(lines[0]) <= 20 && lines[0].hasSuffix("不可"), "\(lines)")
  }
}
