/// Regions as a person names them: by their places, or as those that were looked at most.
public enum RegionSelection: Sendable, Equatable {
  /// Rows and columns, from 0.
  case places([Place])
  /// So many, for one word or, without, over the whole caption.
  case strongest(Int, word: String?)

  /// A rectangle of regions.
  public struct Place: Sendable, Equatable {
    let rows: ClosedRange<Int>
    let columns: ClosedRange<Int>
  }

  /// What is understood, in words.
  public static let form =
    "cells as ROW,COLUMN from 1, also ranges as 2-4,5-8, or strongest:N, or strongest:N:WORD"

  /// - Parameter text: see `form`.
  /// - Throws: `CaptioningError.badOption` where it is none of what is understood.
  public init(_ text: String) throws(CaptioningError) {
    let wrong = CaptioningError.badOption("\(text), expected \(Self.form)")
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    if parts[0].lowercased() == "strongest" {
      guard (2...3).contains(parts.count), let count = Int(parts[1]), count >= 1, parts.last != "" else { throw wrong }
      self = .strongest(count, word: parts.count == 3 ? parts[2] : nil)
      return
    }
    var places: [Place] = []
    for part in text.split(whereSeparator: \.isWhitespace) {
      guard let place = Place(part) else { throw wrong }
      places.append(place)
    }
    if places.isEmpty { throw wrong }
    self = .places(places)
  }

  /// The regions meant, row-major.
  /// - Parameter caption: whose maps have them.
  /// - Throws: `CaptioningError.badOption` where the maps have no such regions, or the caption no such word.
  public func regions(in caption: Caption) throws(CaptioningError) -> [Int] {
    guard let map = caption.words.first?.attention else { throw .badOption("the caption has no words") }
    switch self {
    case .places(let places):
      for place in places where place.rows.upperBound >= map.rows || place.columns.upperBound >= map.columns {
        throw .badOption(
          "\(place.rows.upperBound + 1),\(place.columns.upperBound + 1), expected at most \(map.rows),\(map.columns)")
      }
      return places.flatMap { place in
        place.rows.flatMap { row in place.columns.map { row * map.columns + $0 } }
      }
    case .strongest(let count, let word):
      guard count < map.values.count else {
        throw .badOption("strongest: \(count), expected at most \(map.values.count - 1)")
      }
      guard let word else { return AttentionMap.mean(caption.words.map(\.attention)).strongest(count) }
      let named = caption.words.first { $0.word.lowercased() == word.lowercased() }
      let numbered = Int(word).flatMap { caption.words.indices.contains($0 - 1) ? caption.words[$0 - 1] : nil }
      guard let meant = named ?? numbered else {
        throw .badOption("strongest: \(word), expected a word of \(caption.text)")
      }
      return meant.attention.strongest(count)
    }
  }
}

extension RegionSelection.Place {
  /// `3,4` or `2-4,5-8`, from 1; nil where it is neither.
  fileprivate init?(_ text: Substring) {
    func range(_ text: Substring) -> ClosedRange<Int>? {
      let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first >= 1,
        first <= last
      else { return nil }
      return first - 1...last - 1
    }
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count == 2, let rows = range(parts[0]), let columns = range(parts[1]) else { return nil }
    (self.rows, self.columns) = (rows, columns)
  }
}
