import Foundation
import TestSupport
import Testing

@testable import Raster
@testable import Terminal

/// Screens as text files: what is on them, then the style of every cell in runs (`3*12` is style 3 for twelve cells),
/// then what the styles are.
enum CanvasSnapshot {
  static func text(_ canvas: Canvas) -> String {
    let size = canvas.size
    var styles: [Style] = []
    var lines: [String] = []
    var runs: [String] = []
    for row in 0..<size.rows {
      var line = ""
      var numbers: [Int] = []
      for column in 0..<size.columns {
        let cell = canvas[row, column]
        if let character = cell.character { line.append(character) }
        if !styles.contains(cell.style) { styles.append(cell.style) }
        numbers.append(styles.firstIndex(of: cell.style)!)
      }
      lines.append("│\(line)│")
      runs.append(encode(numbers))
    }
    let cursor = canvas.cursor.map { "cursor \($0.row),\($0.column)\n" } ?? ""
    let legend = styles.enumerated().map { "\($0.offset) = \(describe($0.element))" }
    return (["\(size.columns)×\(size.rows)"] + lines).joined(separator: "\n") + "\n" + cursor + "\n"
      + runs.joined(separator: "\n") + "\n\n" + legend.joined(separator: "\n") + "\n"
  }

  /// Compares a screen with the file of its name; a missing one is recorded, and fails.
  static func expect(
    _ canvas: Canvas?, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let canvas = try #require(canvas, "no frame was kept", sourceLocation: sourceLocation)
    let url = Fixtures.url("browser/\(name).txt")
    let found = text(canvas)
    guard let expected = try? String(contentsOf: url, encoding: .utf8) else {
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try found.write(to: url, atomically: true, encoding: .utf8)
      Issue.record("\(name) was missing and has been recorded: look at it", sourceLocation: sourceLocation)
      return
    }
    if found != expected {
      let (a, b) = (expected.split(separator: "\n"), found.split(separator: "\n"))
      let first = zip(a, b).first { $0 != $1 }
      Issue.record(
        "\(name) differs, first:\n\(first?.0 ?? "")\n\(first?.1 ?? "")\n\(found)", sourceLocation: sourceLocation)
    }
  }

  private static func encode(_ numbers: [Int]) -> String {
    var runs: [(value: Int, count: Int)] = []
    for number in numbers {
      if runs.last?.value == number { runs[runs.count - 1].count += 1 } else { runs.append((number, 1)) }
    }
    return runs.map { $0.count == 1 ? "\($0.value)" : "\($0.value)*\($0.count)" }.joined(separator: " ")
  }

  private static func describe(_ style: Style) -> String {
    var text = "\(describe(style.foreground)) on \(describe(style.background))"
    if style.attributes.contains(.bold) { text += " bold" }
    if style.attributes.contains(.dim) { text += " dim" }
    if style.attributes.contains(.reverse) { text += " reverse" }
    if style.attributes.contains(.underline) { text += " underline" }
    return text
  }

  private static func describe(_ color: Cell.Color) -> String {
    switch color {
    case .standard: "default"
    case .indexed(let index): "\(index)"
    case .rgb(let rgb): String(format: "#%02x%02x%02x", rgb.red, rgb.green, rgb.blue)
    }
  }
}
