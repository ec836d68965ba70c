import Raster
import Testing

@testable import Terminal

/// Interface colours in fewer colours.
@Suite struct ColorReductionTests {
  private func rgb(_ value: UInt32) -> Cell.Color {
    .rgb(RGB(UInt8(value >> 16), UInt8(value >> 8 & 255), UInt8(value & 255)))
  }

  @Test func nothingIsReducedInTruecolorAndEverythingInMono() {
    for color in [rgb(0xF0A84A), .indexed(3), .indexed(200), .standard] {
      #expect(ColorReduction.reduce(color, to: .truecolor) == color)
      #expect(ColorReduction.reduce(color, to: .mono) == .standard)
    }
  }

  /// The palette's own colours are themselves, whatever else is near; others go to the nearest of the upper 240.
  @Test func in256ColoursTheNearestOfTheUpperOnesIsTaken() {
    let expected: [(UInt32, UInt8)] = [
      (0x000000, 16), (0xFFFFFF, 231), (0xFF0000, 196), (0x00FF00, 46), (0x0000FF, 21), (0x5F87AF, 67),
      (0x080808, 232), (0xEEEEEE, 255), (0x808080, 244), (0x12151B, 233), (0xF0A84A, 215), (0xC9CFD9, 252),
      (0x2A3341, 236),
    ]
    for (color, index) in expected {
      #expect(ColorReduction.reduce(rgb(color), to: .ansi256) == .indexed(index), "\(String(color, radix: 16))")
    }
    for index in UInt8.min...UInt8.max {
      #expect(ColorReduction.reduce(.indexed(index), to: .ansi256) == .indexed(index))
    }
  }

  /// Greys are black, grey or the terminal's own; hues are the brighter eight where they are bright.
  @Test func in16ColoursHuesAreKept() {
    let expected: [(UInt32, Cell.Color)] = [
      (0x000000, .standard), (0x12151B, .standard), (0x747D8C, .indexed(8)), (0xC9CFD9, .standard),
      (0xFFFFFF, .standard), (0xFF0000, .indexed(9)), (0x800000, .indexed(1)), (0x00FF00, .indexed(10)),
      (0xF0A84A, .indexed(11)), (0x56B4E9, .indexed(14)), (0x002A66, .indexed(4)), (0xFF00FF, .indexed(13)),
    ]
    for (color, reduced) in expected {
      #expect(ColorReduction.reduce(rgb(color), to: .ansi16) == reduced, "\(String(color, radix: 16))")
    }
    for index: UInt8 in 0...15 { #expect(ColorReduction.reduce(.indexed(index), to: .ansi16) == .indexed(index)) }
    #expect(ColorReduction.reduce(.indexed(196), to: .ansi16) == .indexed(9))
    #expect(ColorReduction.reduce(.indexed(244), to: .ansi16) == .indexed(8))
    #expect(ColorReduction.reduce(.indexed(16), to: .ansi16) == .standard)
  }

  /// What is drawn on a colour stays readable in the fewest: never the terminal's own text on a colour, and a selected
  /// row is told by reverse video where its background is lost.
  @Test func reducedThemesStayReadable() throws {
    let library = ThemeLibrary(
      shipped: TerminalFixtures.themes, environment: [:], colormaps: Colormap.all.map(\.name))
    for name in library.names {
      let theme = try library.theme(named: name).reduced(to: .ansi16)
      for role in Theme.Role.allCases {
        let style = theme[role]
        #expect(style.background == .standard || style.foreground != .standard, "\(name): \(role)")
        #expect(style.foreground != style.background || style.foreground == .standard, "\(name): \(role)")
      }
      let selection = theme[.selection]
      #expect(selection.background != .standard || selection.attributes.contains(.reverse), "\(name)")
    }
  }
}
