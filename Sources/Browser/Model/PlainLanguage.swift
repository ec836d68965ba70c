import Captioning
import Terminal

/// The commands of a session of lines: words, most of them with a short form.
enum PlainLanguage {
  struct Entry {
    let names: [String]
    /// What follows the name, for help.
    let argument: String
    let help: String
    let meaning: Meaning
  }

  /// What a line asks for.
  enum Meaning: Equatable {
    case list, more, select, next, previous, find
    case mark, markAll, show, below
    case caption, again, sample, wordForward, wordBack, words
    case topK, temperature, seed, mode, samples
    case edit, undo, redo, write, export
    case say, instead, take, hide, only, against, covering
    case folderAbove, order
    case keep
    case pause, tell, press
    case help, quit
  }

  static let entries = [
    Entry(names: ["list", "ls"], argument: "[NUMBER]", help: "list images, from a number on", meaning: .list),
    Entry(names: ["more"], argument: "", help: "list the next ones", meaning: .more),
    Entry(
      names: ["select", "go"], argument: "NUMBER or NAME", help: "select an image, or enter a folder", meaning: .select),
    Entry(names: ["next", "n"], argument: "", help: "select the next image", meaning: .next),
    Entry(names: ["previous", "p"], argument: "", help: "select the previous image", meaning: .previous),
    Entry(
      names: ["find"], argument: "TEXT", help: "select the next image with it in its name or caption", meaning: .find),
    Entry(names: ["mark"], argument: "[NUMBER]", help: "mark an image, or take its mark away", meaning: .mark),
    Entry(names: ["markall"], argument: "", help: "mark all, or none", meaning: .markAll),
    Entry(
      names: ["show"], argument: PhotoFilter.allCases.map(\.rawValue).joined(separator: ", "),
      help: "list only these images", meaning: .show),
    Entry(names: ["below"], argument: "", help: "list the images of all folders below, or not", meaning: .below),
    Entry(names: ["up"], argument: "", help: "go to the folder above", meaning: .folderAbove),
    Entry(names: ["sort"], argument: "", help: "sort by name, date or size in turn", meaning: .order),
    Entry(
      names: ["caption", "c"], argument: "[all]", help: "caption the selected image, or the marked or uncaptioned ones",
      meaning: .caption),
    Entry(names: ["again", "s"], argument: "", help: "sample again with the next seeds", meaning: .again),
    Entry(names: ["sample"], argument: "NUMBER", help: "choose one of the captions", meaning: .sample),
    Entry(names: ["word", "l"], argument: "[NUMBER]", help: "step to the next word, or to one", meaning: .wordForward),
    Entry(names: ["back", "h"], argument: "", help: "step to the word before", meaning: .wordBack),
    Entry(names: ["words"], argument: "", help: "every word and where the network looked", meaning: .words),
    Entry(names: ["k"], argument: "NUMBER", help: "draw among this many likeliest words", meaning: .topK),
    Entry(
      names: ["temperature", "t"], argument: "NUMBER", help: "below 1 likely words get likelier", meaning: .temperature),
    Entry(names: ["seed"], argument: "NUMBER", help: "the first caption's seed", meaning: .seed),
    Entry(names: ["mode"], argument: "sample, greedy or beam", help: "how captions are made", meaning: .mode),
    Entry(names: ["samples"], argument: "NUMBER", help: "how many captions are drawn", meaning: .samples),
    Entry(names: ["edit", "e"], argument: "TEXT", help: "put your own words for the chosen caption", meaning: .edit),
    Entry(names: ["say"], argument: "SENTENCE", help: "have the network recite it", meaning: .say),
    Entry(
      names: ["instead"], argument: "", help: "what else could have stood in the place of the word", meaning: .instead),
    Entry(
      names: ["take"], argument: "[sampled] NUMBER or WORD", help: "take one of these and go on from there",
      meaning: .take),
    Entry(
      names: ["hide"], argument: "[covered] CELLS", help: "hide cells: \(RegionSelection.form)", meaning: .hide),
    Entry(names: ["only"], argument: "[covered] CELLS", help: "hide all cells but these", meaning: .only),
    Entry(
      names: ["against"], argument: "[NUMBER]", help: "what other networks make of the caption, or one word by word",
      meaning: .against),
    Entry(
      names: ["covering"], argument: "", help: "map what each word loses when each cell is covered in the photo: slow",
      meaning: .covering),
    Entry(names: ["undo", "u"], argument: "", help: "take the last change back", meaning: .undo),
    Entry(names: ["redo"], argument: "", help: "do again what was undone", meaning: .redo),
    Entry(
      names: ["write", "w"], argument: "[all]",
      help: "write the caption beside the image, or those of the marked or all images", meaning: .write),
    Entry(names: ["export", "x"], argument: "", help: "write its attention beside the image", meaning: .export),
    Entry(names: ["keep"], argument: "", help: "keep theme, k, temperature and symbols for later runs", meaning: .keep),
    Entry(names: ["pause"], argument: "[SECONDS]", help: "in a lesson, wait so long or for Space", meaning: .pause),
    Entry(names: ["tell"], argument: "[TEXT]", help: "in a lesson, what stands above all else", meaning: .tell),
    Entry(
      names: ["press"], argument: "KEYS", help: "press keys of the screen, such as press c or Tab", meaning: .press),
    Entry(names: ["help", "?"], argument: "", help: "this list", meaning: .help),
    Entry(names: ["quit", "q"], argument: "", help: "leave", meaning: .quit),
  ]

  /// What a line means and what follows its first word; a number alone selects. Nil when it is no command.
  static func parse(_ line: String) -> (meaning: Meaning, argument: String)? {
    let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
    guard let first = parts.first else { return nil }
    if Int(first) != nil, parts.count == 1 { return (.select, String(first)) }
    let argument = parts.count > 1 ? parts[1].trimmingWhitespace : ""
    return entries.first { $0.names.contains(first.lowercased()) }.map { ($0.meaning, argument) }
  }

  static func isBlank(_ line: String) -> Bool { line.allSatisfy { $0 == " " } }
  /// Whether a line is for people alone.
  static func isRemark(_ line: String) -> Bool { line.first { $0 != " " } == "#" }

  /// What is wrong with a command whatever is listed and captioned, as a sentence; nil where that depends.
  static func problem(_ meaning: Meaning, _ argument: String) -> String? {
    switch meaning {
    case .topK, .temperature, .seed, .mode, .samples:
      // How many words there are is not known before the weights are.
      PlainSettings.change(meaning, argument, topKs: 1...Int.max) == nil
        ? PlainSettings.expectation(meaning, topKs: 1...Captions.largestTopK) : nil
    case .hide, .only:
      (try? RegionSelection(option("covered", argument).rest)) == nil ? "Expected \(RegionSelection.form)." : nil
    case .show: PhotoFilter(rawValue: argument.lowercased()) == nil ? PlainRequest.filterExpected : nil
    case .say: argument.isEmpty ? PlainRequest.sentenceExpected : nil
    default: nil
    }
  }

  /// A word that may stand before what is meant.
  static func option(_ option: String, _ argument: String) -> (isThere: Bool, rest: String) {
    let parts = argument.split(separator: " ", maxSplits: 1).map(String.init)
    guard parts.count == 2, parts[0].lowercased() == option else { return (false, argument) }
    return (true, parts[1])
  }

  /// Keys as help calls them, between spaces; nil where one is none.
  static func keys(_ text: String) -> [Key]? {
    let names = text.split(separator: " ").map(String.init)
    let keys = names.compactMap { name in
      named.first { $0.label == name } ?? (name.count == 1 ? .character(Character(name)) : nil)
    }
    return keys.isEmpty || keys.count < names.count ? nil : keys
  }

  /// Keys that have names.
  private static let named: [Key] =
    [" "] + Keymap.standard.bindings.flatMap(\.keys).filter { if case .character = $0 { false } else { true } }

  static var help: [String] {
    entries.map { entry in
      let names = entry.names.joined(separator: " or ")
      return (entry.argument.isEmpty ? names : "\(names) \(entry.argument)") + ": " + entry.help
    } + ["A number alone selects the image of that number."]
  }
}

extension Substring {
  fileprivate var trimmingWhitespace: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
