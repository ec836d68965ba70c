/// What a search of captions asks of a word; nil asks nothing.
package struct WordQuery: Sendable {
  /// The word, whatever its capitals.
  package let word: String?
  /// Of its probability among all words.
  package let probability: NumberBound?
  /// Of the share of its attention that lies outside an area.
  package let outside: (area: PhotoArea, share: NumberBound)?

  private let lowercased: String?

  package init(
    word: String? = nil, probability: NumberBound? = nil, outside: (area: PhotoArea, share: NumberBound)? = nil
  ) {
    (self.word, self.probability, self.outside) = (word, probability, outside)
    lowercased = word?.lowercased()
  }

  func holds(word: String) -> Bool { lowercased.map { word == $0 || word.lowercased() == $0 } ?? true }
}
