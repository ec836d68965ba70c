import Captioning
import Files
import Reports
import Terminal

/// What if, in lines.
extension PlainSession {
  func ask(_ meaning: PlainLanguage.Meaning, _ argument: String) {
    switch meaning {
    case .say:
      guard !argument.isEmpty else { return say("Expected say and a sentence, such as say a cat on a sofa.") }
      send(.recite(argument))
      tellWords()
    case .instead: tellAlternatives()
    case .take: take(argument)
    default: hide(argument, isOnly: meaning == .only)
    }
  }

  /// The chosen caption and each of its words in numbers.
  private func tellWords() {
    tellNotice()
    guard model.notice?.kind != .error, let record = model.record, let caption = record.told else { return }
    say(PlainWords.caption(record.chosen, of: record))
    let falls = record.falls(of: record.chosen)
    for index in caption.words.indices { say(PlainWords.judged(index, of: caption, fall: falls?[index])) }
  }

  // MARK: - Other words

  private var alternatives: [WordAlternative] { model.record?.currentWord?.alternatives ?? [] }

  private func tellAlternatives() {
    guard let word = model.record?.currentWord else { return say("There is no word yet. Type caption, then word.") }
    for (index, alternative) in alternatives.enumerated() {
      let isSame = alternative.token == word.token ? ", which stands there" : ""
      say("\(index + 1): \(alternative.word), probability \(Figures.probability(alternative.probability))\(isSame).")
    }
  }

  private func take(_ argument: String) {
    let (isSampled, named) = Self.option("sampled", argument)
    let number = Int(named).map { $0 - 1 }
    let index =
      alternatives.firstIndex { $0.word == named } ?? number.flatMap { alternatives.indices.contains($0) ? $0 : nil }
    guard let index else {
      return say(
        alternatives.isEmpty
          ? "There is no word yet. Type caption, then word."
          : "Expected take and a number from 1 to \(alternatives.count), or one of these words: type instead.")
    }
    let before = model.record
    send(.take(index, isSampled: isSampled))
    tellNotice()
    if let record = model.record, record != before { say(PlainWords.caption(record.chosen, of: record)) }
  }

  // MARK: - Hidden cells

  private func hide(_ argument: String, isOnly: Bool) {
    let (isCovered, cells) = Self.option("covered", argument)
    let selection: RegionSelection
    do { selection = try RegionSelection(cells) } catch {
      return say("Expected \(RegionSelection.form).")
    }
    let before = model.record
    send(.hideCells(selection, isCovered ? .photo : .attention, isOnly: isOnly))
    guard let record = model.record, record != before else { return tellNotice() }
    if let hidden = record.told?.hidden { say("Hidden: \(hidden.inWords): \(hidden.placesInWords).") }
    tellWords()
    let next = record.chosen + 1
    if record.entries.indices.contains(next), record.entries[next].told?.hidden == record.told?.hidden {
      say("Drawn again. " + PlainWords.caption(next, of: record))
    }
  }

  /// A word that may stand before what is meant.
  private static func option(_ option: String, _ argument: String) -> (isThere: Bool, rest: String) {
    let parts = argument.split(separator: " ", maxSplits: 1).map(String.init)
    guard parts.count == 2, parts[0].lowercased() == option else { return (false, argument) }
    return (true, parts[1])
  }
}
