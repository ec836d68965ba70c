import Captioning
import Files
import Foundation

/// Looks through one line of `gaze caption --json` for a word. Maps are read only of words that fit otherwise.
struct CaptionLineFinder {
  private let query: WordQuery
  private let order: FindOrder?

  private var image: String?
  /// Whether this is the last line of a shard's file, which is of no image.
  private var isSummary = false
  private var captions: [Set<String>] = []
  private var best: FoundWord?

  /// - Returns: the first word of the line in the order, or the first there is; nil where none fits.
  /// - Throws: `JSONScanner.Problem` where the line is no such line, with the place in the line.
  static func find(
    _ query: WordQuery, in line: UnsafeRawBufferPointer, order: FindOrder?
  ) throws -> FoundWord? {
    var finder = CaptionLineFinder(query: query, order: order)
    var scanner = JSONScanner(line)
    try scanner.object { scanner, key in
      switch key {
      case "image": finder.image = try scanner.string()
      case "shard":
        finder.isSummary = true
        try scanner.skip()
      case "captions":
        try scanner.array { scanner in try finder.readCaption(&scanner) }
      default: try scanner.skip()
      }
    }
    try scanner.end()
    guard let image = finder.image else {
      if finder.isSummary { return nil }
      throw missing("image", scanner)
    }
    guard var best = finder.best else { return nil }
    best.image = image
    best.disagreement = CaptionDisagreement.of(finder.captions)
    return best
  }

  private init(query: WordQuery, order: FindOrder?) { (self.query, self.order) = (query, order) }

  private mutating func readCaption(_ scanner: inout JSONScanner) throws {
    var (text, words): (String?, Set<String>) = (nil, [])
    var (index, best): (Int, FoundWord?) = (0, nil)
    try scanner.object { scanner, key in
      switch key {
      case "text": text = try scanner.string()
      case "words":
        try scanner.array { scanner in
          let found = try readWord(&scanner, words: &words)
          if var found {
            found.wordIndex = index
            if best.map({ order?.precedes(found, $0) ?? false }) ?? true { best = found }
          }
          index += 1
        }
      default: try scanner.skip()
      }
    }
    guard let text else { throw Self.missing("text", scanner) }
    if var best, self.best.map({ order?.precedes(best, $0) ?? false }) ?? true {
      (best.caption, best.captionIndex) = (text, captions.count)
      self.best = best
    }
    captions.append(words)
  }

  /// - Returns: the word, where it fits.
  private func readWord(_ scanner: inout JSONScanner, words: inout Set<String>) throws -> FoundWord? {
    var (word, logProbability, fall): (String?, Double?, Double?) = (nil, nil, nil)
    var attention: JSONScanner?
    try scanner.object { scanner, key in
      switch key {
      case "word": word = try scanner.string()
      case "log_probability": logProbability = try scanner.double()
      case "log_probability_fall": fall = try scanner.double()
      case "attention":
        attention = scanner
        try scanner.skip()
      default: try scanner.skip()
      }
    }
    guard let word else { throw Self.missing("word", scanner) }
    words.insert(word)
    guard query.holds(word: word) else { return nil }
    guard let logProbability else { throw Self.missing("log_probability", scanner) }
    if let bound = query.probability, !bound.holds(exp(logProbability)) { return nil }
    guard var attention else { throw Self.missing("attention", scanner) }
    var found = FoundWord(attention: try Self.map(&attention))
    (found.word, found.logProbability, found.fall) = (word, logProbability, fall)
    if let (area, share) = query.outside {
      let outside = area.shareOutside(found.attention)
      guard share.holds(outside) else { return nil }
      found.outside = outside
    }
    return found
  }

  private static func map(_ scanner: inout JSONScanner) throws -> AttentionMap {
    var (rows, columns, values): (Int?, Int?, [Float]) = (nil, nil, [])
    let start = scanner
    try scanner.object { scanner, key in
      switch key {
      case "rows": rows = try scanner.integer()
      case "columns": columns = try scanner.integer()
      case "values":
        values.reserveCapacity(64)
        try scanner.array { scanner in values.append(Float(try scanner.double())) }
      default: try scanner.skip()
      }
    }
    guard let rows, let columns, rows > 0, columns > 0,
      rows.multipliedReportingOverflow(by: columns) == (values.count, false)
    else {
      throw JSONScanner.Problem(
        offset: start.offset, expected: "rows × columns values of attention",
        found: "\(values.count) for \(rows ?? 0) × \(columns ?? 0)")
    }
    return AttentionMap(rows: rows, columns: columns, values: values)
  }

  private static func missing(_ key: String, _ scanner: JSONScanner) -> JSONScanner.Problem {
    JSONScanner.Problem(offset: scanner.offset, expected: "an object with \"\(key)\"", found: "one without")
  }
}
