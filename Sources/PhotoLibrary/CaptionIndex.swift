/// Texts of photos, for searching, in the order of the photos.
package struct CaptionIndex: Sendable {
  private var texts = NameIndex()
  private var places: [Int] = []

  package init() {}

  mutating func append(_ text: String, of place: Int) {
    texts.append(text)
    places.append(place)
  }

  /// The photos whose texts contain `text` in lower case, ascending.
  package func matches(_ text: String) -> [Int] { texts.matches(text).map { places[$0] } }
}
