import Testing

@testable import Terminal

/// The pair table against a terminal that remembers what it was told, over far more pairs than ncurses can number.
@Suite struct PairSoakTests {
  /// What ncurses keeps: the colours of each pair, and the pair of each character on the screen.
  private struct Terminal {
    var pairs: [Int32: PairTable.Colors] = [:]
    var screen: [PairTable.Entry]

    func colors(at index: Int) -> PairTable.Colors? {
      let entry = screen[index]
      guard let colors = pairs[entry.pair] else { return nil }
      guard entry.reversed else { return colors }
      return PairTable.Colors(foreground: colors.background, background: colors.foreground)
    }
  }

  /// Frames of changing pictures under an interface that stays; each draws only what changed, as the screen does.
  @Test(arguments: [63, 600, 65_535]) func everyFrameHasItsColors(_ capacity: Int) {
    let cells = capacity == 63 ? 40 : 500
    var table = PairTable(capacity: capacity)
    var terminal = Terminal(screen: Array(repeating: PairTable.Entry(pair: 0, reversed: false), count: cells))
    var shown: [PairTable.Colors?] = Array(repeating: nil, count: cells)
    var (wrong, distinct, wraps) = (0, 0, 0)
    for frame in 0..<400 {
      let canvas = (0..<cells).map { index -> PairTable.Colors in
        if index < 20 { return PairTable.Colors(foreground: Int32(index), background: 7) }
        distinct += 1
        return PairTable.Colors(foreground: Int32(frame * cells + index), background: Int32(index * 31 + frame))
      }
      if table.prepare(for: Set(canvas)) {
        wraps += 1
        shown = Array(repeating: nil, count: cells)
      }
      for index in canvas.indices where shown[index] != canvas[index] {
        terminal.screen[index] = table.entry(for: canvas[index])
      }
      for (pair, colors) in table.takeUndefined() { terminal.pairs[pair] = colors }
      shown = canvas
      wrong += canvas.indices.count { terminal.colors(at: $0) != canvas[$0] }
    }
    #expect(wrong == 0)
    #expect(terminal.pairs.keys.max()! <= capacity)
    #expect(capacity == 63 || distinct > 65_537 * 2)
    #expect(wraps >= 1)
  }
}
