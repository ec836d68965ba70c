import Raster

/// Interface colours in fewer colours.
enum ColorReduction {
  /// The nearest colour a depth has.
  static func reduce(_ color: Cell.Color, to depth: ColorDepth) -> Cell.Color {
    switch (color, depth) {
    case (_, .truecolor), (.standard, _): return color
    case (_, .mono): return .standard
    case (.rgb(let rgb), .ansi256): return .indexed(Palette.nearest256(rgb))
    case (.rgb(let rgb), .ansi16): return nearest16(rgb)
    case (.indexed(let index), .ansi16) where index > 15: return nearest16(Palette.ansi256[Int(index)])
    case (.indexed, _): return color
    }
  }

  static func isDark(_ color: Cell.Color) -> Bool {
    switch color {
    case .standard: false
    case .indexed(let index): index == 0 || index == 16 || (232...243).contains(index)
    case .rgb(let rgb): Int(rgb.red) + Int(rgb.green) + Int(rgb.blue) < 384
    }
  }

  /// Greys become black, grey or the terminal's own, so that text stays readable whatever the user's palette is.
  private static func nearest16(_ rgb: RGB) -> Cell.Color {
    let channels = [Int(rgb.red), Int(rgb.green), Int(rgb.blue)]
    let (low, high) = (channels.min()!, channels.max()!)
    if high - low < 48 { return high > 150 ? .standard : high > 70 ? .indexed(8) : .standard }
    let middle = (low + high) / 2
    let bits = (channels[0] > middle ? 1 : 0) | (channels[1] > middle ? 2 : 0) | (channels[2] > middle ? 4 : 0)
    return .indexed(UInt8(bits + (high > 170 ? 8 : 0)))
  }
}
