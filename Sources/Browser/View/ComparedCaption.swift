import Captioning
import Reports

/// A caption in a column beside others.
struct ComparedCaption {
  /// What stands at the head: its number and marks, what it is called, and more about it in ever fewer words, at least
  /// one wording.
  let number: String
  let name: String
  let details: [String]
  /// With its words' probabilities and maps; nil where nobody knows them.
  let told: Caption?
  /// Word by word, safe to show.
  let words: [String]
  /// Whether the columns' keys are for it.
  let isChosen: Bool
  /// Whether its maps are of another picture.
  var isOutdated = false
  /// Tells its pictures from those of other columns; from 1.
  let place: Int
  /// How much likelier each word is than in the first column, in nats, where that is told.
  var differences: [Float]?
  /// Why there is nothing to show of it.
  var problem: String?

  var toldWords: [CaptionWord] { told?.words ?? [] }

  /// The word that differs most from the first column's.
  var partingWord: Int? { differences.flatMap(Caption.partingWord) }
}
