import Captioning
import Files
import Raster
import Reports
import Terminal

/// What the colours, or digits, of the heat stand for: `even 1/64 ██████████ 3.1 % top` or, with less room,
/// `1/64 ██████████ 3.1 %`.
struct HeatLegend {
  private static let rampColumns = 10

  /// What stands before and after the colours, or, where there are too few, in their place.
  private let texts: [String]
  private let look: AttentionLook
  private let depth: ColorDepth

  /// - Parameters:
  ///   - maps: which maps there are, told where there are several.
  ///   - explains: whether the ends are named, not only numbered.
  init(_ map: AttentionMap, _ maps: CaptionMaps, _ look: AttentionLook, _ depth: ColorDepth, explains: Bool) {
    (self.look, self.depth) = (look, depth)
    let name = maps.isSpecial ? maps.inShort + " " : ""
    let even = "1/\(map.values.count)"
    let full = Figures.share(look.scale.fullShare(map))
    // On the fixed scale a cell may have more than what is full heat; on the map's own, a nearly even map does not reach it.
    let end =
      look.scale == .fixed
      ? "\(full) or more" : look.scale.fullShare(map) > map.peak.share ? "\(full) full" : "\(full) top"
    if depth > .ansi16 {
      texts = explains ? ["\(name)even \(even)", end] : [name + even, full]
    } else {
      texts = explains ? ["\(name)1-9 above even \(even), 9 is \(end)"] : ["\(name)1-9, 9 is \(full)"]
    }
  }

  var columns: Int { texts.reduce(0) { $0 + $1.count } + (texts.count > 1 ? Self.rampColumns + 2 : 0) }

  /// Draws from a place rightwards.
  func draw(row: Int, column: Int, _ style: Style, on canvas: inout Canvas) {
    var at = column + canvas.write(texts[0], row: row, column: column, style) + 1
    guard texts.count > 1 else { return }
    for color in ramp {
      canvas.write(" ", row: row, column: at, Style(on: color))
      at += 1
    }
    canvas.write(texts[1], row: row, column: at + 1, style)
  }

  /// The colormap from no heat to full heat, in the colours the terminal has.
  private var ramp: [Cell.Color] {
    let count = Self.rampColumns
    let colormap = Colormap.named(look.colormap) ?? .inferno
    let row = (0..<count).flatMap { step -> [UInt8] in
      let color = colormap.color(Float(step) / Float(count - 1))
      return [color.red, color.green, color.blue]
    }
    let image = PixelImage(width: count, height: 2, pixels: row + row)
    // A palette's nearest colour may be a pattern of two: of those, the one behind is taken.
    return CellRenderer(symbols: .half, colors: depth, bitsPerChannel: 6)
      .render(image, columns: count, rows: 1).cells.map(\.background)
  }
}
