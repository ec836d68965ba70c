import Captioning
import Files
import Reports
import Terminal

/// What if, in lines.
extension PlainSession {
  func ask(_ meaning: PlainLanguage.Meaning, _ argument: String) {
    switch meaning {
    case .say: if perform(meaning, argument) { tellWords() }
    case .instead: tellAlternatives()
    case .take: take(argument)
    case .against: tellNetworks(argument)
    default: hide(meaning, argument)
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

  private func tellAlternatives() {
    guard let word = model.record?.currentWord else { return say("There is no word yet. Type caption, then word.") }
    for (index, alternative) in word.alternatives.enumerated() {
      let isSame = alternative.token == word.token ? ", which stands there" : ""
      say("\(index + 1): \(alternative.word), probability \(Figures.probability(alternative.probability))\(isSame).")
    }
  }

  private func take(_ argument: String) {
    let before = model.record
    guard perform(.take, argument) else { return }
    tellNotice()
    if let record = model.record, record != before { say(PlainWords.caption(record.chosen, of: record)) }
  }

  // MARK: - Hidden cells

  private func hide(_ meaning: PlainLanguage.Meaning, _ argument: String) {
    let before = model.record
    guard perform(meaning, argument) else { return }
    guard let record = model.record, record != before else { return tellNotice() }
    if let hidden = record.told?.hidden { say("Hidden: \(hidden.inWords): \(hidden.placesInWords).") }
    tellWords()
    let next = record.chosen + 1
    if record.entries.indices.contains(next), record.entries[next].told?.hidden == record.told?.hidden {
      say("Drawn again. " + PlainWords.caption(next, of: record))
    }
  }

  // MARK: - Networks

  /// What every other network makes of the chosen caption, or one of them word by word.
  private func tellNetworks(_ argument: String) {
    guard perform(.against, argument) else { return }
    guard model.views.isComparingNetworks else { return tellNotice() }
    defer { send(.networks) }
    let isOne = !argument.isEmpty || model.networks.count == 2
    for network in isOne ? [argument.isEmpty ? 1 : model.networks.chosen] : Array(1..<model.networks.count) {
      send(.pick(network))
      say(PlainWords.network(network, model))
    }
    if isOne { PlainWords.words(ofNetwork: model.networks.chosen, model).forEach(say) }
  }
}
