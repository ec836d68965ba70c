import Captioning
import Foundation
import Raster
import Terminal

/// What the colours, or digits, of the heat stand for: `1/64 ██████████ 3.1 %`.
enum HeatLegend {
  private static let rampColumns = 10

  private static func labels(_ map: AttentionMap, _ scale: HeatScale) -> (low: String, high: String) {
    let share = scale.fullShare(map) * 100
    return ("1/\(map.values.count)", String(format: share < 10 ? "%.1f %%" : "%.0f %%", share))
  }

  static func columns(_ map: AttentionMap, _ look: AttentionLook, _ depth: ColorDepth) -> Int {
    let (low, high) = labels(map, look.scale)
    return depth > .ansi16 ? low.count + high.count + rampColumns + 2 : "1-9, 9 is ".count + high.count
  }

  /// Draws from a place rightwards.
  static func draw(
    _ map: AttentionMap, _ look: AttentionLook, _ depth: ColorDepth, row: Int, column: Int, _ style: Style,
    on canvas: inout Canvas
  ) {
    let (low, high) = labels(map, look.scale)
    guard depth > .ansi16 else {
      canvas.write("1-9, 9 is \(high)", row: row, column: column, style)
      return
    }
    var at = column + canvas.write(low, row: row, column: column, style) + 1
    for color in ramp(look, depth) {
      canvas.write(" ", row: row, column: at, Style(on: color))
      at += 1
    }
    at += 1
    canvas.write(high, row: row, column: at, style)
  }

  /// The colormap from no heat to full heat, in the colours the terminal has.
  private static func ramp(_ look: AttentionLook, _ depth: ColorDepth) -> [Cell.Color] {
    let colormap = Colormap.named(look.colormap) ?? .inferno
    let row = (0..<rampColumns).flatMap { step -> [UInt8] in
      let color = colormap.color(Float(step) / Float(rampColumns - 1))
      return [color.red, color.green, color.blue]
    }
    let image = PixelImage(width: rampColumns, height: 2, pixels: row + row)
    // A palette's nearest colour may be a pattern of two: of those, the one behind is taken.
    return CellRenderer(symbols: .half, colors: depth, bitsPerChannel: 6)
      .render(image, columns: rampColumns, rows: 1).cells.map(\.background)
  }
}
