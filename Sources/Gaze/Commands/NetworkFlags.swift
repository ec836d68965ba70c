import ArgumentParser
import Captioning
import SystemPackage
import Tensors

/// The flags that say which network runs and on how many threads, shared by the commands that run one.
struct NetworkFlags: ParsableArguments {
  @Option(help: ArgumentHelp("Weights to use; else $GAZE_WEIGHTS, else those that came with gaze.", valueName: "file"))
  var weights: FilePath?

  @Option(help: "Threads to use.")
  var threads = ThreadPool.availableProcessors

  func validate() throws { try FlagCheck.checkThreads(threads) }

  func captioner() throws -> Captioner {
    try Captioner(weightsAt: ProgramFiles.weights(flag: weights), threads: threads)
  }
}

/// How flags with bad values are told.
enum FlagCheck {
  static func check(_ flag: String, _ value: some CustomStringConvertible, _ good: Bool, _ expected: String) throws {
    if !good { throw ValidationError("\(flag): \(value), expected \(expected)") }
  }

  /// Checks how many threads to compute with.
  static func checkThreads(_ threads: Int) throws {
    let range = ThreadPool.possibleThreads
    try check("--threads", threads, range.contains(threads), "\(range.lowerBound)…\(range.upperBound)")
  }

  /// Checks what decoding flags of every command have in common.
  static func checkDecoding(beam: Int?, topK: Int, temperature: Float, words: (least: Int, most: Int)) throws {
    try check("--beam", beam ?? 1, (1...1_000).contains(beam ?? 1), "1…1000")
    try check("--top-k", topK, (1...Vocabulary.sizes.upperBound).contains(topK), "1…\(Vocabulary.sizes.upperBound)")
    try check("--temperature", temperature, temperature > 0 && temperature.isFinite, "a number above 0")
    try check("--max-words", words.most, (1...64).contains(words.most), "1…64")
    let range = 0...words.most
    try check("--min-words", words.least, range.contains(words.least), "0…\(words.most), the value of --max-words")
  }

  /// Checks that no flag speaks of another way of drawing captions than the one chosen, where it would do nothing.
  /// - Parameter sampling: what only sampling heeds, and whether it was given.
  static func checkOneWay(greedy: Bool, beam: Int?, sampling: [(flag: String, isGiven: Bool)]) throws {
    let given = [("--greedy", greedy), ("--beam", beam != nil)].filter(\.1).map(\.0)
    let others = given.dropFirst() + sampling.filter(\.isGiven).map(\.flag)
    guard let way = given.first, let other = others.first else { return }
    throw ValidationError("\(way) and \(other): only one way of drawing captions can be given")
  }

  /// Checks that the network can go on from a prompt.
  static func checkPrompt(_ prompt: String?, for captioner: Captioner) throws {
    if let problem = prompt.flatMap(captioner.problem(withPrompt:)) { throw ValidationError("--prompt: \(problem)") }
  }

  /// What captions are to begin with, as the network reads it.
  static func prefix(
    _ prefix: String?, _ settings: DecodingSettings, for captioner: Captioner
  ) throws -> CaptionPrefix? {
    do {
      return try prefix.map { try captioner.prefix($0, maxWords: settings.maxWords) }
    } catch {
      throw ValidationError("--\(error)")
    }
  }

  /// Checks what only the weights can tell.
  static func checkTopK(_ topK: Int, for description: ModelDescription) throws {
    let words = description.vocabulary.count
    try check("--top-k", topK, topK <= words, "at most \(words), the size of the vocabulary")
  }
}
