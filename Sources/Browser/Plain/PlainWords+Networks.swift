import Captioning
import Files
import Foundation
import Reports

/// What several networks make of one sentence, in sentences.
extension PlainWords {
  /// How likely the whole is to a network, and where it parts from the program's own.
  static func network(_ network: Int, _ model: BrowserModel) -> String {
    let networks = model.networks
    let place = "Network \(network + 1) of \(networks.count), \(PrintableText.line(model.name(ofNetwork: network)))"
    if case .failed(let reason)? = [networks[network], networks[0]].first(where: \.isFailed) ?? nil {
      return "\(place): \(reason)."
    }
    guard let own = networks.caption(of: 0), let told = networks.caption(of: network) else {
      return "\(place): no answer."
    }
    let sum = "log-probability \(Figures.logProbability(told.logProbability))"
    let ownSum = "\(Figures.logProbability(own.logProbability)) to \(PrintableText.line(model.name(ofNetwork: 0)))"
    guard let differences = told.differences(from: own), let word = Caption.partingWord(differences) else {
      return "\(place): \(sum), \(ownSum); it reads other words."
    }
    let difference = differences[word]
    let by = "\(Figures.logProbability(abs(difference))) nats \(difference < 0 ? "less likely" : "likelier") to it"
    let parting = difference == 0 ? "the same to both" : "parts most at \(told.words[word].word), \(by)"
    return "\(place): \(sum), \(ownSum); \(parting)."
  }

  /// Each word as both tell it.
  static func words(ofNetwork network: Int, _ model: BrowserModel) -> [String] {
    guard let own = model.networks.caption(of: 0), let told = model.networks.caption(of: network),
      told.differences(from: own) != nil
    else { return [] }
    return zip(own.words, told.words).enumerated().map { index, words in
      let (before, word) = words
      let chances = [word, before].map { Figures.probability(exp($0.logProbability)) }
      let likeness = before.attention.likeness(to: word.attention).map { ", maps \(Figures.fixed($0, 2)) alike" } ?? ""
      return "Word \(index + 1) of \(told.words.count): \(word.word), probability \(chances[0]), to network 1 "
        + "\(chances[1])\(likeness). Attention: \(AttentionWords.place(word.attention))."
    }
  }
}

extension ComparedNetworks.Telling? {
  fileprivate var isFailed: Bool { if case .failed? = self { true } else { false } }
}
