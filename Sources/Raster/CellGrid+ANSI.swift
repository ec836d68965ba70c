extension CellGrid {
  /// The grid as text with ECMA-48 colour sequences: one line a row, every line ending in the terminal's own colours.
  ///
  /// Colours are set only where they change, and a space's foreground never.
  ///
  /// - Parameter colors: the depth the grid was rendered for; in `.mono` there are no sequences at all.
  public func ansi(colors: ColorDepth) -> String {
    var text = ANSIText(colors: colors)
    text.bytes.reserveCapacity(cells.count * (colors == .truecolor ? 32 : 16))
    for row in 0..<rows {
      for cell in cells[(row * columns)..<((row + 1) * columns)] { text.append(cell) }
      text.endLine()
    }
    return String(decoding: text.bytes, as: UTF8.self)
  }
}

/// UTF-8 being written, and the colours it has set so far. Bytes rather than strings: large previews have many numbers.
private struct ANSIText {
  let colors: ColorDepth
  var bytes: [UInt8] = []
  private var foreground = Cell.Color.standard
  private var background = Cell.Color.standard

  init(colors: ColorDepth) { self.colors = colors }

  mutating func append(_ cell: Cell) {
    if colors > .mono {
      let setsForeground = cell.glyph != " " && cell.foreground != foreground
      let setsBackground = cell.background != background
      if setsForeground || setsBackground { bytes += [0x1B, UInt8(ascii: "[")] }
      if setsForeground {
        foreground = cell.foreground
        append(foreground, base: 30, last: !setsBackground)
      }
      if setsBackground {
        background = cell.background
        append(background, base: 40, last: true)
      }
    }
    bytes.append(contentsOf: UTF8.encode(cell.glyph)!)
  }

  mutating func endLine() {
    if (foreground, background) != (.standard, .standard) { bytes += Array("\u{1B}[0m".utf8) }
    (foreground, background) = (.standard, .standard)
    bytes.append(UInt8(ascii: "\n"))
  }

  /// The parameters of Select Graphic Rendition; `base` is 30 for the foreground, 40 for the background.
  private mutating func append(_ color: Cell.Color, base: Int, last: Bool) {
    switch color {
    case .standard: append(base + 9)
    case .indexed(let index) where colors == .ansi16 && index < 8: append(base + Int(index))
    case .indexed(let index) where colors == .ansi16 && index < 16: append(base + 52 + Int(index))
    case .indexed(let index):
      for parameter in [base + 8, 5] { append(parameter, then: ";") }
      append(Int(index))
    case .rgb(let color):
      for parameter in [base + 8, 2, Int(color.red), Int(color.green)] { append(parameter, then: ";") }
      append(Int(color.blue))
    }
    bytes.append(last ? UInt8(ascii: "m") : UInt8(ascii: ";"))
  }

  /// - Parameter number: 0…999.
  private mutating func append(_ number: Int, then separator: Unicode.Scalar? = nil) {
    let zero = UInt8(ascii: "0")
    if number >= 100 { bytes.append(zero + UInt8(number / 100)) }
    if number >= 10 { bytes.append(zero + UInt8(number / 10 % 10)) }
    bytes.append(zero + UInt8(number % 10))
    if let separator { bytes.append(UInt8(ascii: separator)) }
  }
}
