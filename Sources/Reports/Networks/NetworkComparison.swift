import Captioning
import Files
import Foundation
import SystemPackage

/// One sentence about one photo as several networks tell it: where they part, in lines for people, and as JSON. The first
/// is what the others are compared with.
package struct NetworkComparison {
  /// A network's.
  package struct Telling {
    /// Recited, so that every word's probability is among all words.
    let caption: Caption
    let weights: WeightsIdentity

    package init(caption: Caption, weights: WeightsIdentity) { (self.caption, self.weights) = (caption, weights) }
  }

  let image: FilePath
  let tellings: [Telling]

  /// - Parameter tellings: of the same text, at least one.
  package init(image: FilePath, tellings: [Telling]) {
    precondition(!tellings.isEmpty, "no network")
    (self.image, self.tellings) = (image, tellings)
  }

  /// A letter for each network, in their order.
  static func letter(_ index: Int) -> String {
    index < 26 ? String(UnicodeScalar(UInt8(65 + index))) : "\(index + 1)"
  }

  /// The word of the first network's caption where another says most otherwise, and by how many nats it is likelier there;
  /// nil where their words are not the same.
  func parting(_ other: Telling) -> (word: Int, difference: Float)? {
    guard let differences = differences(other), let word = Caption.partingWord(differences) else { return nil }
    return (word, differences[word])
  }

  /// How much likelier each word is to another network than to the first, in nats; nil where their words are not the same.
  func differences(_ other: Telling) -> [Float]? { other.caption.differences(from: tellings[0].caption) }

  // MARK: Lines

  /// - Parameter shades: see `MapShades`.
  package func text(shades: [Character]) -> String {
    var lines = [PrintableText.line(tellings[0].caption.text), ""] + networks.lines + [""] + words.lines + [""]
    lines += partings + (tellings.count > 1 ? [""] : [])
    let drawing = MapShades(shades)
    let most = tellings.map(\.caption.words.count).max() ?? 0
    for word in 0..<most {
      lines += drawing.beside(
        tellings.enumerated().compactMap { index, telling in
          guard word < telling.caption.words.count else { return nil }
          let told = telling.caption.words[word]
          return ("\(Self.letter(index)) \(PrintableText.line(told.word))", told.attention)
        })
      lines.append("")
    }
    return lines.joined(separator: "\n")
  }

  private var networks: FigureTable {
    var table = FigureTable([("network", .left), ("log-probability", .right), ("weights", .left)])
    for (index, telling) in tellings.enumerated() {
      table.add([
        Self.letter(index), Figures.logProbability(telling.caption.logProbability),
        "\(PrintableText.line(telling.weights.name)) \(telling.weights.sha256.prefix(12))",
      ])
    }
    return table
  }

  /// Each word's lines, a network each.
  private var words: FigureTable {
    var table = FigureTable([
      ("word", .left), ("network", .left), ("probability", .right), ("difference", .right), ("map likeness", .right),
      ("entropy", .right), ("likeliest there", .left),
    ])
    let most = tellings.map(\.caption.words.count).max() ?? 0
    for place in 0..<most {
      for (index, telling) in tellings.enumerated() where place < telling.caption.words.count {
        let told = telling.caption.words[place]
        let isSame = index > 0 && differences(telling) != nil
        let own = tellings[0].caption.words
        let likeness = isSame ? own[place].attention.likeness(to: told.attention) : nil
        let best = told.alternatives.first
        table.add([
          index == 0 || !isSame ? PrintableText.line(told.word) : "", Self.letter(index),
          Figures.probability(exp(told.logProbability)),
          isSame ? Figures.logProbability(told.logProbability - own[place].logProbability) : "",
          likeness.map(Figures.logProbability) ?? "", Figures.fixed(told.attention.entropy, 2),
          best.map { "\(PrintableText.line($0.word)) \(Figures.probability($0.probability))" } ?? "",
        ])
      }
    }
    return table
  }

  private var partings: [String] {
    tellings.enumerated().dropFirst().map { index, telling in
      let (a, b) = (Self.letter(0), Self.letter(index))
      guard let (word, difference) = parting(telling) else {
        return "\(a) and \(b) read the sentence in other words: compare by eye"
      }
      let name = PrintableText.line(tellings[0].caption.words[word].word)
      let by = Figures.logProbability(abs(difference))
      return "\(a) and \(b) part most at \(name): \(by) nats likelier to \(difference > 0 ? b : a)"
    }
  }

  // MARK: JSON

  /// One object on one line: the networks' captions as `gaze caption --json` has them, and the differences.
  package var json: String {
    OrderedJSON.object([
      ("image", .string(FileName.text(image))), ("text", .string(tellings[0].caption.text)),
      ("networks", .array(tellings.map(json))),
    ]).text + "\n"
  }

  private func json(_ telling: Telling) -> OrderedJSON {
    let differences = differences(telling)
    let likeness = zip(tellings[0].caption.words, telling.caption.words).map {
      $0.attention.likeness(to: $1.attention)
    }
    let image = CaptionedImage(path: image, captions: [telling.caption])
    var line = CaptionLine.json(image, weights: telling.weights)
    line.removeLast()
    return .object([
      ("told", .verbatim(line)),
      ("log_probability_differences", differences.map { .array($0.map { .single($0) }) } ?? .null),
      (
        "map_rank_correlations",
        differences == nil ? .null : .array(likeness.map { $0.map { .number($0) } ?? .null })
      ),
    ])
  }
}
