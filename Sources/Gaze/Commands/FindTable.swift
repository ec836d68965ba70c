import Files
import Reports

/// Found words as lines for people: figures to the right, then the word, the image and its caption.
struct FindTable {
  private let found: [FoundWord]

  init(_ found: [FoundWord]) { self.found = found }

  private typealias Column = (head: String, text: @Sendable (FoundWord) -> String?)

  private static let columns: [Column] = [
    ("probability", { Figures.probability($0.probability) }), ("entropy", { Figures.fixed($0.attention.entropy, 2) }),
    ("top-share", { Figures.probability($0.attention.peak.share) }),
    ("fall", { $0.fall.map(Figures.logProbability) }), ("outside", { $0.outside.map(Figures.probability) }),
    ("disagreement", { $0.disagreement.map(Figures.probability) }),
  ]

  var text: String {
    if found.isEmpty { return "" }
    // What no word has is left out.
    let columns = Self.columns.filter { column in found.contains { column.text($0) != nil } }
    var table = FigureTable(
      columns.map { ($0.head, .right) } + [("word", .left), ("image", .left), ("caption", .left)])
    for found in found {
      table.add(
        columns.map { $0.text(found) ?? "-" } + [found.word, found.image, found.caption].map(PrintableText.line))
    }
    return table.lines.joined(separator: "\n") + "\n"
  }
}
