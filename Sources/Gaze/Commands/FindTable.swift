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
    func width(_ head: String, _ text: (FoundWord) -> String) -> Int {
      max(head.count, found.map { text($0).count }.max()!)
    }
    func word(_ found: FoundWord) -> String { PrintableText.line(found.word) }
    func image(_ found: FoundWord) -> String { PrintableText.line(found.image) }
    let (words, images) = (width("word", word), width("image", image))
    let head =
      columns.map(\.head).joined(separator: "  ") + "  " + "word".padded(to: words + 2) + "image".padded(to: images + 2)
      + "caption"
    let lines = found.map { found in
      columns.map { column in
        let text = column.text(found) ?? "-"
        return String(repeating: " ", count: column.head.count - text.count) + text
      }.joined(separator: "  ") + "  " + word(found).padded(to: words + 2) + image(found).padded(to: images + 2)
        + PrintableText.line(found.caption)
    }
    return ([head] + lines).joined(separator: "\n") + "\n"
  }
}
