import ArgumentParser
import Files
import Glibc
import Reports
import SystemPackage

/// `gaze find`: examples among the captions of a batch.
struct FindCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "find",
    abstract: "Find examples among captions that were written as JSON.",
    discussion: """
      Reads what gaze caption --json wrote and lists each image that has a fitting word once, with the one of its \
      fitting words that --sort puts first. The columns, and what --sort takes:
        probability   of the word among all words, whatever it was drawn from
        entropy       how spread its map is, in bits
        top-share     the share of attention on its most attended cell
        outside       the share of its attention outside the area asked about
        disagreement  between the captions of the image: 0 where all have the same words, 1 where no two share one
        fall          of the word's log-probability, in captions of a photo with hidden cells

      An area is center (the middle half of each side), left, right, top, bottom or left,top,right,bottom in \
      fractions of the photo, as 0.2,0.1,0.8,0.9; a share may follow, else it is ">0.5".

      Example:
        gaze caption --json --samples 5 photos > captions.jsonl
        gaze find captions.jsonl --word dog --probability "<0.3" --sort entropy
        gaze find captions.jsonl --word dog --attention-outside "center >0.8" --paths > dogs.txt
        gaze browse --files-from dogs.txt
      """)

  @Argument(help: ArgumentHelp("Captions as JSON Lines; - is standard input.", valueName: "file"))
  var files: [FilePath]

  @Option(help: "Only this word, whatever its capitals.")
  var word: String?

  @Option(help: ArgumentHelp("Only words so likely, as \"<0.3\".", valueName: "bound"))
  var probability: NumberBound?

  @Option(help: ArgumentHelp("Only words whose attention lies mostly outside an area.", valueName: "area"))
  var attentionOutside: OutsideBound?

  @Option(help: "What comes first is largest by this measure.")
  var sort: FindMeasure?

  @Flag(help: "The smallest first.")
  var ascending = false

  @Option(help: "At most so many images.")
  var limit: Int?

  @Flag(help: "Print one JSON object for each image.")
  var json = false

  @Flag(help: "Print paths alone, as --files-from takes them.")
  var paths = false

  @Flag(name: [.customShort("0"), .long], help: "With --paths: end each with a zero.")
  var null = false

  func validate() throws {
    if let limit { try FlagCheck.check("--limit", limit, limit >= 1, "at least 1") }
    if json && paths { throw ValidationError("--json and --paths: only one of them can be printed") }
    if null && !paths { throw ValidationError("--null: expected with --paths") }
    if ascending && sort == nil { throw ValidationError("--ascending: expected with --sort") }
    if sort == .outside && attentionOutside == nil {
      throw ValidationError("--sort outside: expected with --attention-outside, which says of what")
    }
    if files.count(where: { $0 == "-" }) > 1 { throw ValidationError("-: standard input can be read once") }
  }

  func run() throws {
    let order = sort.map { FindOrder($0, isAscending: ascending) }
    let query = WordQuery(
      word: word, probability: probability, outside: attentionOutside.map { ($0.area, $0.share) })
    let search = CaptionLineSearch(query, order: order)
    var (found, bad, lines): ([FoundWord], [String], Int) = ([], [], 0)
    for file in files {
      let outcome = try Self.run(search, on: file)
      found += outcome.found
      lines += outcome.lines
      bad += outcome.problems.map { Self.line($0, of: file) }
    }
    found = Array((order?.sorted(found) ?? found).prefix(limit ?? found.count))
    try print(found)
    try tell(bad, of: lines)
  }

  private static func run(_ search: CaptionLineSearch, on file: FilePath) throws -> CaptionLineSearch.Outcome {
    if file == "-" { return try StandardInput.read().withUnsafeBytes { search.run($0) } }
    // A pipe has no end to be seen from its beginning.
    if file.status.map({ $0.st_mode & S_IFMT != S_IFREG }) ?? false {
      return try WholeFile.read(file).withUnsafeBytes { search.run($0) }
    }
    let mapped = try MappedFile(path: file)
    return mapped.withBytes { search.run($0, isDone: mapped.release) }
  }

  private static func line(_ bad: CaptionLineSearch.BadLine, of file: FilePath) -> String {
    let name = file == "-" ? StandardInput.name : file
    let problem = bad.problem
    return "\(name): line \(bad.line), byte \(problem.offset + 1): expected \(problem.expected), found \(problem.found)"
  }

  private func print(_ found: [FoundWord]) throws {
    if paths {
      // A path that holds a line break cannot be a line.
      if !null, let broken = found.first(where: { $0.image.contains(where: \.isNewline) }) {
        throw CommandFailure("\(PrintableText.line(broken.image)): a name with line breaks, which needs --null")
      }
      let end: UInt8 = null ? 0 : 0x0A
      try StandardOutput.write(
        found.flatMap { FileName.cString($0.image).dropLast().map { UInt8(bitPattern: $0) } + [end] })
    } else if json {
      try StandardOutput.write(found.map { $0.json.text + "\n" }.joined())
    } else {
      try StandardOutput.write(FindTable(found).text)
    }
  }

  private func tell(_ bad: [String], of lines: Int) throws {
    let shown = 20
    if bad.isEmpty { return }
    if lines > 1 { Diagnostics.say("\(bad.count) of \(lines) lines could not be read:") }
    bad.prefix(shown).forEach(Diagnostics.say)
    if bad.count > shown { Diagnostics.say("and \(bad.count - shown) more") }
    throw ExitCode.failure
  }
}

/// How much attention has to lie outside an area, as `center >0.8`.
struct OutsideBound: ExpressibleByArgument, Equatable {
  let area: PhotoArea
  let share: NumberBound

  init?(argument: String) {
    let text = argument.filter { $0 != " " }
    let sign = text.firstIndex { "<>".contains($0) } ?? text.endIndex
    guard let area = PhotoArea(String(text[..<sign])) else { return nil }
    self.area = area
    guard sign < text.endIndex else {
      share = NumberBound(.above, 0.5)
      return
    }
    guard let share = NumberBound(String(text[sign...])) else { return nil }
    self.share = share
  }
}

extension NumberBound: ExpressibleByArgument {
  package init?(argument: String) { self.init(argument) }
}

extension FindMeasure: ExpressibleByArgument {}
