import ArgumentParser
import Captioning
import Files
import Raster
import Reports

/// What is asked of a network about one photo, which it encodes once.
struct Inquiry {
  let captioner: Captioner
  let photo: PixelImage
  let maps: MapChoice
  /// What the network made of the photo.
  let image: EncodedImage

  /// - Parameter other: of a network that shares the encoder, whose look at the photo is taken.
  init(captioner: Captioner, photo: PixelImage, maps: MapChoice, seenBy other: Inquiry? = nil) throws {
    (self.captioner, self.photo, self.maps) = (captioner, photo, maps)
    image = try other.map { captioner.image(of: $0.image.features) } ?? captioner.encode(photo)
  }

  /// A caption and, where cells are hidden, what the network makes of it then.
  struct Answer {
    /// As it was drawn or recited with nothing hidden.
    let whole: Caption
    /// The same words with cells hidden.
    var recited: Caption?
    /// What is drawn with cells hidden; nil where the words were given.
    var redrawn: Caption?

    var captions: [Caption] { [whole, recited, redrawn].compactMap { $0 } }
    /// What the caption is to be compared with; nil where nothing is hidden.
    var unhidden: Caption? { recited == nil ? nil : whole }
  }

  /// - Parameters:
  ///   - sentences: to be recited, each with what errors call it; nil has a caption drawn.
  /// - Returns: at least one.
  func answers(
    to sentences: [(name: String, text: String)]?, settings: DecodingSettings, hiding: HidingFlags
  ) throws -> [Answer] {
    let captions =
      try sentences?.map { name, text in
        do { return try captioner.recited(text, for: image) } catch CaptioningError.badOption(let what) {
          throw ValidationError("\(name): \(what)")
        }
      } ?? [captioner.captions(for: image, settings: settings)[0]]
    let wholes = try captioner.retold(captions, for: image, maps: maps)
    return try wholes.map { whole in
      guard let hidden = try hiding.regions(of: whole) else { return Answer(whole: whole) }
      let partial = try captioner.hiding(hidden, in: image) { photo }
      let recited = try captioner.recited(whole, for: partial)
      let redrawn = whole.isRecited ? [] : try captioner.captions(for: partial, settings: settings)
      let told = try captioner.retold([recited] + redrawn, for: partial, maps: maps)
      return Answer(whole: whole, recited: told[0], redrawn: told.dropFirst().first)
    }
  }
}

/// What comes of an inquiry, as text for a terminal.
enum InquiryText {
  static func text(_ answer: Inquiry.Answer) -> String {
    guard let recited = answer.recited, let hidden = recited.hidden else {
      let table = answer.whole.isRecited ? ["", recitedLine(answer.whole)] + WordTable(answer.whole).lines : []
      return text(answer.whole, table)
    }
    var lines = ["", "\(hidden.inWords): \(hidden.placesInWords)"]
    lines.append(
      "log-probability \(Figures.logProbability(answer.whole.logProbability)), "
        + "hidden \(Figures.logProbability(recited.logProbability))")
    lines += WordTable(recited, whole: answer.whole).lines
    if let redrawn = answer.redrawn {
      lines += ["", "drawn again: \(redrawn.text)  \(Figures.logProbability(redrawn.logProbability))"]
      let changes = Comparison.changes(from: answer.whole.words.map(\.word), to: redrawn.words.map(\.word))
      lines.append(
        changes.isEmpty
          ? "no word changed"
          : "changed: "
            + changes.map { from, to in
              "\(from.isEmpty ? "-" : from.joined(separator: " ")) > \(to.isEmpty ? "-" : to.joined(separator: " "))"
            }.joined(separator: ", "))
    }
    return text(recited, lines)
  }

  /// Those the locale can express.
  static var shades: [Character] {
    SymbolSet.ofLocale(in: .mono) == .ascii ? AttentionText.asciiShades : AttentionText.blockShades
  }

  private static func recitedLine(_ caption: Caption) -> String {
    "recited by the network, log-probability \(Figures.logProbability(caption.logProbability))"
  }

  /// A caption, lines about it, and its maps.
  private static func text(_ caption: Caption, _ lines: [String]) -> String {
    AttentionText(caption: caption, width: GridSize.ofTerminal.columns, shades: shades, notes: lines).text
  }
}
