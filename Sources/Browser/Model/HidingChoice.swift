import Captioning
import SystemPackage

/// Cells being chosen that the network may not look at, and what it makes of a caption then.
struct HidingChoice: Sendable, Equatable {
  /// What came of it.
  struct Answer: Sendable, Equatable {
    let hidden: HiddenRegions
    /// The same words.
    let recited: Caption
    /// What is drawn with the cells hidden; nil where the words were not drawn.
    let redrawn: Caption?
  }

  let path: FilePath
  let entry: CaptionRecord.Entry.ID
  /// With nothing hidden.
  let caption: Caption
  let rows: Int
  let columns: Int
  /// Row-major, from 0.
  private(set) var cursor: Int
  private(set) var cells: Set<Int> = []
  var way = HiddenRegions.Way.attention
  /// Whether all cells but the chosen are hidden.
  var isOnly = false
  /// Whose strongest cells are meant, and whose numbers are told.
  private(set) var word: Int
  /// The latest that came, of these cells or those before.
  var answer: Answer?

  /// - Returns: nil where the caption has no words.
  init?(_ path: FilePath, _ entry: CaptionRecord.Entry, word: Int) {
    guard let caption = entry.told, caption.hidden == nil, caption.words.indices.contains(word) else { return nil }
    let map = caption.words[word].attention
    (self.path, self.entry, self.caption, self.word) = (path, entry.id, caption, word)
    (rows, columns) = (map.rows, map.columns)
    cursor = map.strongest(1)[0]
  }

  /// What is hidden; nil while that would be nothing, or all.
  var hidden: HiddenRegions? {
    try? HiddenRegions(cells, rows: rows, columns: columns, way: way, isInverted: isOnly)
  }

  var currentWord: CaptionWord { caption.words[word] }

  mutating func move(rows down: Int, columns right: Int) {
    let row = min(max(0, cursor / columns + down), rows - 1)
    let column = min(max(0, cursor % columns + right), columns - 1)
    cursor = row * columns + column
  }

  /// Chooses a cell, or no longer.
  mutating func toggle(_ cell: Int) {
    cursor = cell
    if cells.remove(cell) == nil { cells.insert(cell) }
  }

  /// Chooses the cells the word looks at most, and no others.
  mutating func chooseStrongest(_ count: Int) {
    cells = Set(currentWord.attention.strongest(min(max(0, count), rows * columns - 1)))
  }

  mutating func clear() { cells = [] }

  mutating func stepWord(_ by: Int) { word = min(max(0, word + by), caption.words.count - 1) }
}
