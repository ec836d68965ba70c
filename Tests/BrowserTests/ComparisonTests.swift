import Testing

@testable import Browser
@testable import Reports
@testable import Terminal

@Suite struct ComparisonTests {
  /// Sentences of up to six words over three, made by counting.
  private static let sentences: [[String]] = (0..<60).map { seed in
    var rest = seed * 7919 + 13
    return (0..<(seed % 7)).map { _ in
      defer { rest = (rest * 31 + 17) % 9973 }
      return ["a", "dog", "runs"][rest % 3]
    }
  }

  /// The edit distance by its definition.
  private static func distance(_ a: ArraySlice<String>, _ b: ArraySlice<String>) -> Int {
    guard let x = a.first, let y = b.first else { return max(a.count, b.count) }
    if x == y { return distance(a.dropFirst(), b.dropFirst()) }
    return 1
      + min(
        distance(a.dropFirst(), b.dropFirst()), distance(a.dropFirst(), b), distance(a, b.dropFirst()))
  }

  @Test func changesAreWhatOneSentenceHasInPlaceOfAnothers() {
    for (a, b) in zip(Self.sentences, Self.sentences.reversed()) {
      let changes = Comparison.changes(from: a, to: b)
      #expect(changes.isEmpty == (a == b))
      #expect(changes.reduce(0) { $0 + $1.from.count - $1.to.count } == a.count - b.count)
      #expect(changes.allSatisfy { $0.from != $0.to })
    }
    let changes = Comparison.changes(
      from: ["a", "red", "dog", "runs", "now"], to: ["a", "cat", "runs", "now", "fast"])
    #expect(changes.map(\.from) == [["red", "dog"], []] && changes.map(\.to) == [["cat"], ["fast"]])
  }

  @Test func alignmentsAreOfLeastDistance() {
    for (a, b) in zip(Self.sentences, Self.sentences.reversed()) {
      let alignment = Comparison.align(a, b)
      let replaced = zip(a, alignment.partners).count { word, partner in partner.map { b[$0] != word } ?? true }
      let inserted = alignment.insertions.reduce(0) { $0 + $1.count }
      #expect(replaced + inserted == Self.distance(a[...], b[...]), "\(a) \(b)")
    }
  }

  /// The most words that are the same in both, of all alignments of least distance, by trying them all.
  private static func matches(_ a: ArraySlice<String>, _ b: ArraySlice<String>) -> (edits: Int, matches: Int) {
    guard let x = a.first, let y = b.first else { return (max(a.count, b.count), 0) }
    let (paired, deleted, inserted) = (
      matches(a.dropFirst(), b.dropFirst()), matches(a.dropFirst(), b), matches(a, b.dropFirst())
    )
    let all = [
      (paired.edits + (x == y ? 0 : 1), paired.matches + (x == y ? 1 : 0)), (deleted.edits + 1, deleted.matches),
      (inserted.edits + 1, inserted.matches),
    ]
    return all.min { ($0.0, -$0.1) < ($1.0, -$1.1) }!
  }

  @Test func ofAlignmentsAsGoodThoseWithTheMostWordsInCommonAreTaken() {
    let alignment = Comparison.align(["a", "dog", "runs"], ["dog", "sleeps", "well"])
    #expect(alignment.partners == [nil, 0, 1] && alignment.insertions == [[], [], [], [2]])
    for (a, b) in zip(Self.sentences, Self.sentences.reversed()) {
      let common = zip(a, Comparison.align(a, b).partners).count { word, partner in partner.map { b[$0] } == word }
      #expect(common == Self.matches(a[...], b[...]).matches, "\(a) \(b)")
    }
  }

  @Test func everyWordHasOneRowInOrder() {
    for start in stride(from: 0, to: 56, by: 4) {
      let sentences = Array(Self.sentences[start..<start + 4])
      let comparison = Comparison(sentences)
      for (index, sentence) in sentences.enumerated() {
        #expect(comparison.rows.compactMap { $0[index] } == Array(sentence.indices))
      }
      #expect(comparison.rows.allSatisfy { row in row.contains { $0 != nil } })
    }
  }

  @Test func answeringWordsStandSideBySide() {
    let comparison = Comparison([["a", "dog", "runs"], ["a", "brown", "dog", "runs"], ["a", "cat", "runs"]])
    #expect(comparison.rows == [[0, 0, 0], [nil, 1, nil], [1, 2, 1], [2, 3, 2]])
    #expect(comparison.row(of: 1, in: 0) == 2)
    #expect(comparison.word(atOrBefore: 1, in: 2) == 0)
    #expect(Comparison([]).rows.isEmpty)
  }
}

@Suite struct CompareLayoutTests {
  @Test func theChosenAndTheFirstCaptionAreInSight() {
    for columns in [1, 20, 24, 60, 80, 120, 200, 300] {
      for count in 1...12 {
        for chosen in 0..<count {
          let body = Rect(row: 1, column: 0, rows: 20, columns: columns)
          let layout = CompareLayout(captions: count, chosen: chosen, in: body)
          #expect(layout.columns.contains { $0.index == chosen })
          #expect(layout.columns.count == 1 || layout.columns[0].index == 0)
          #expect(Set(layout.columns.map(\.index)).count == layout.columns.count)
          #expect(Set(layout.columns.map(\.rect.columns)).count == 1)
          #expect(layout.columns.allSatisfy { $0.rect.end <= columns && !$0.rect.isEmpty })
          #expect(zip(layout.columns, layout.columns.dropFirst()).allSatisfy { $0.rect.end < $1.rect.column })
        }
      }
    }
  }

  @Test func partsOfAColumnDoNotOverlap() {
    for (columns, rows) in [(20, 2), (20, 3), (40, 10), (25, 21), (25, 36), (27, 57), (80, 57), (60, 90)] {
      for (words, picture) in [(1, 4), (9, 9), (12, 18), (40, 30), (0, 3)] {
        let rect = Rect(row: 2, column: 3, rows: rows, columns: columns)
        let parts = CompareRows(words: words, picture: picture, in: rect)
        let all = [parts.head, parts.picture, parts.words, parts.alternatives, parts.filmstrip].filter { !$0.isEmpty }
        for (index, a) in all.enumerated() {
          #expect(a.row >= rect.row && a.bottom <= rect.bottom && a.column >= rect.column && a.end <= rect.end)
          for b in all[..<index] {
            #expect(a.row >= b.bottom || b.row >= a.bottom || a.column >= b.end || b.column >= a.end)
          }
        }
        #expect(words == 0 || rows < 3 || !parts.words.isEmpty)
      }
    }
  }
}

@Suite struct FilmstripLayoutTests {
  @Test func tilesStayApartAndTheCurrentWordIsInSight() {
    for (columns, rows) in [(1, 1), (8, 2), (38, 5), (53, 12), (83, 25), (140, 45), (300, 90)] {
      for words in [1, 2, 8, 13, 64] {
        for photo in [(500, 375), (375, 500), (1000, 10), (10, 1000)] {
          let current = words * 2 / 3
          let rect = Rect(row: 2, column: 25, rows: rows, columns: columns)
          let layout = FilmstripLayout(words: words, current: current, photo: photo, in: rect)
          let parts = layout.tiles.flatMap { [$0.picture, $0.label] }.filter { !$0.isEmpty }
          #expect(layout.tiles.contains { $0.word == current })
          for (index, a) in parts.enumerated() {
            #expect(a.row >= rect.row && a.column >= rect.column && a.end <= rect.end, "\(a) in \(rect)")
            #expect(a.bottom <= rect.bottom || rows == 1, "\(a) in \(rect)")
            for b in parts[..<index] {
              #expect(a.row >= b.bottom || b.row >= a.bottom || a.column >= b.end || b.column >= a.end)
            }
          }
        }
      }
    }
  }

  @Test func allWordsAreInSightWhereThereIsRoom() {
    let rect = Rect(row: 0, column: 0, rows: 45, columns: 140)
    let layout = FilmstripLayout(words: 12, current: 0, photo: (500, 375), in: rect)
    #expect(layout.tiles.map(\.word) == Array(0..<12))
    #expect(layout.tiles[0].picture.columns >= 25)
    #expect(layout.word(row: layout.tiles[5].label.row, column: layout.tiles[5].label.column) == 5)
  }
  @Test("a tile is as wide as its picture, or as a word needs, and the tiles are in the middle")
  func tilesAreAsWideAsTheirPictures() {
    for (columns, rows) in [(30, 8), (53, 12), (83, 25), (140, 45), (300, 90)] {
      for words in 1...20 {
        for photo in [(500, 375), (375, 500), (1600, 400), (100, 1000)] {
          let rect = Rect(row: 2, column: 25, rows: rows, columns: columns)
          let tiles = FilmstripLayout(words: words, current: 0, photo: photo, in: rect).tiles
          for tile in tiles {
            // A cell is twice as high as wide; less than a whole row or column is rounded.
            let (width, height) = (Double(tile.picture.columns), Double(tile.picture.rows))
            let shape = 2 * Double(photo.0) / Double(photo.1)
            #expect(abs(width - height * shape) <= max(1, shape), "\(tile.picture) of \(photo)")
            #expect(tile.label.columns == max(tile.picture.columns, 10) && tile.label.column == tile.picture.column)
          }
          let line = tiles.filter { $0.label.row == tiles[0].label.row }
          for (tile, next) in zip(line, line.dropFirst()) { #expect(next.label.column == tile.label.end + 2) }
          let (left, right) = (line[0].label.column - rect.column, rect.end - line[line.count - 1].label.end)
          #expect((0...1).contains(right - left), "\(left) columns before, \(right) after")
        }
      }
    }
  }
}
