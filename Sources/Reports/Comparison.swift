/// Sentences set out in rows so that words that answer each other stand side by side: each is aligned to the first by
/// least edit distance, and where it has words that the first has not, a row is put in between.
package struct Comparison: Equatable {
  /// For every row, each sentence's word in it; nil where it has none.
  package let rows: [[Int?]]

  /// - Parameter sentences: the first is what the others are compared with.
  package init(_ sentences: [[String]]) {
    guard let reference = sentences.first else {
      rows = []
      return
    }
    let alignments = sentences.map { Self.align(reference, $0) }
    var rows: [[Int?]] = []
    for place in 0...reference.count {
      // Words before the first sentence's next one share as few rows as possible.
      let inserted = alignments.map { $0.insertions[place] }
      for row in 0..<(inserted.map(\.count).max() ?? 0) {
        rows.append(inserted.map { row < $0.count ? $0[row] : nil })
      }
      if place < reference.count { rows.append(alignments.map { $0.partners[place] }) }
    }
    self.rows = rows
  }

  /// The row of a sentence's word.
  package func row(of word: Int, in sentence: Int) -> Int? { rows.firstIndex { $0[sentence] == word } }

  /// The word of a sentence in a row or, where it has none, its last one before.
  package func word(atOrBefore row: Int, in sentence: Int) -> Int? {
    rows.prefix(row + 1).last { $0[sentence] != nil }?[sentence] ?? nil
  }

  // MARK: - Two sentences

  package struct Alignment: Equatable {
    /// For every word of the reference, the other sentence's word in its place.
    package var partners: [Int?]
    /// For every gap of the reference, that before its first word first, the other's words that fall into it.
    package var insertions: [[Int]]
  }

  /// The alignment of fewest insertions, deletions and replacements; of equal ones, one with the most words that are the
  /// same in both, and of those the one that pairs words soonest.
  package static func align(_ reference: [String], _ other: [String]) -> Alignment {
    let edit = costOfEdit(reference, other)
    let costs = costs(reference, other)
    var alignment = Alignment(
      partners: Array(repeating: nil, count: reference.count),
      insertions: Array(repeating: [], count: reference.count + 1))
    var (i, j) = (0, 0)
    while i < reference.count || j < other.count {
      if i < reference.count, j < other.count,
        costs[i][j] == costs[i + 1][j + 1] + (reference[i] == other[j] ? -1 : edit)
      {
        alignment.partners[i] = j
        (i, j) = (i + 1, j + 1)
      } else if j < other.count, costs[i][j] == costs[i][j + 1] + edit {
        alignment.insertions[i].append(j)
        j += 1
      } else {
        i += 1
      }
    }
    return alignment
  }

  /// What an insertion, deletion or replacement costs, where a word that is the same in both gains 1: more than all of them
  /// together.
  private static func costOfEdit(_ a: [String], _ b: [String]) -> Int { min(a.count, b.count) + 1 }

  /// `costs[i][j]`: of the best alignment of what follows word i of the one and word j of the other.
  private static func costs(_ a: [String], _ b: [String]) -> [[Int]] {
    let edit = costOfEdit(a, b)
    var costs = Array(repeating: Array(repeating: 0, count: b.count + 1), count: a.count + 1)
    for i in stride(from: a.count, through: 0, by: -1) {
      for j in stride(from: b.count, through: 0, by: -1) {
        if i == a.count || j == b.count {
          costs[i][j] = (a.count - i + b.count - j) * edit
        } else {
          costs[i][j] = min(
            costs[i + 1][j + 1] + (a[i] == b[j] ? -1 : edit), costs[i + 1][j] + edit, costs[i][j + 1] + edit)
        }
      }
    }
    return costs
  }
}

extension Comparison {
  /// Where one text says something else than another.
  /// - Returns: the words of both in each such place, of which one may have none; in the order of the texts.
  package static func changes(from old: [String], to new: [String]) -> [(from: [String], to: [String])] {
    var changes: [(from: [String], to: [String])] = []
    var goesOn = false
    for row in Comparison([old, new]).rows {
      let (from, to) = (row[0].map { old[$0] }, row[1].map { new[$0] })
      let isChange = from != to
      if isChange && !goesOn { changes.append(([], [])) }
      if isChange {
        changes[changes.count - 1].from += [from].compactMap { $0 }
        changes[changes.count - 1].to += [to].compactMap { $0 }
      }
      goesOn = isChange
    }
    return changes
  }
}
