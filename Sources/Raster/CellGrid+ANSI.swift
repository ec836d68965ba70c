extension CellGrid {
  /// The grid as text with ECMA-48 colour sequences: one line a row, every line ending in the terminal's own colours.
  ///
  /// Colours are set only where they change, and a space's foreground never.
  ///
  /// - Parameter colors: the depth the grid was rendered for; in `.mono` there are no sequences at all.
  public func ansi(colors: ColorDepth) -> String {
    var text = ""
    text.reserveCapacity(cells.count * (colors == .truecolor ? 24 : 12))
    for row in 0..<rows {
      var (foreground, background) = (Cell.Color.standard, Cell.Color.standard)
      for cell in cells[(row * columns)..<((row + 1) * columns)] {
        var codes: [String] = []
        if colors > .mono, cell.glyph != " ", cell.foreground != foreground {
          foreground = cell.foreground
          codes.append(foreground.code(base: 30, colors))
        }
        if colors > .mono, cell.background != background {
          background = cell.background
          codes.append(background.code(base: 40, colors))
        }
        if !codes.isEmpty { text += "\u{1B}[\(codes.joined(separator: ";"))m" }
        text.unicodeScalars.append(cell.glyph)
      }
      if (foreground, background) != (.standard, .standard) { text += "\u{1B}[0m" }
      text += "\n"
    }
    return text
  }
}

extension Cell.Color {
  /// The parameters of Select Graphic Rendition; `base` is 30 for the foreground, 40 for the background.
  fileprivate func code(base: Int, _ colors: ColorDepth) -> String {
    switch self {
    case .standard: "\(base + 9)"
    case .indexed(let index) where colors == .ansi16 && index < 8: "\(base + Int(index))"
    case .indexed(let index) where colors == .ansi16 && index < 16: "\(base + 52 + Int(index))"
    case .indexed(let index): "\(base + 8);5;\(index)"
    case .rgb(let color): "\(base + 8);2;\(color.red);\(color.green);\(color.blue)"
    }
  }
}
