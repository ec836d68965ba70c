import Captioning
import Foundation
import Training

/// Damaged COCO files: whatever the bytes, they must be read or refused in one line, what is read must be scored, and
/// nothing may crash.
struct AnnotationsFuzz {
  /// A damaged pair of files, made again from the same number.
  struct Case: CustomStringConvertible {
    let seed: UInt64

    var description: String { "annotations seed \(seed)" }
  }

  /// What the readers did that they must not.
  struct Finding: Error, CustomStringConvertible {
    let `case`: Case
    let problem: String

    var description: String { "\(`case`): \(problem)" }
  }

  enum Outcome: Equatable {
    case scored, error
    case wrong(String)
  }

  private let folder: URL

  /// - Parameter folder: where files may be written.
  init(folder: URL) { self.folder = folder }

  /// Runs `count` cases from `seed` on.
  ///
  /// - Parameter starting: called before each case, so that a crash can be told from.
  func run(
    count: Int, seed: UInt64, starting: (Case) -> Void = { _ in }
  ) throws -> (scored: Int, errors: Int, findings: [Finding]) {
    var (scored, errors, findings) = (0, 0, [Finding]())
    for index in 0..<count {
      let current = Case(seed: seed &+ UInt64(index))
      starting(current)
      let files = Self.files(of: current)
      switch try fuzz(annotations: files.annotations, results: files.results) {
      case .scored: scored += 1
      case .error: errors += 1
      case .wrong(let problem): findings.append(Finding(case: current, problem: problem))
      }
    }
    return (scored, errors, findings)
  }

  /// The bytes of a case. Of some only one file is damaged, without which few would be scored.
  static func files(of case: Case) -> (annotations: [UInt8], results: [UInt8]) {
    var mutator = Mutator(seed: `case`.seed)
    let (annotations, results) = (Array(Self.annotations.utf8), Array(Self.results.utf8))
    let choice = Int.random(in: 0..<3, using: &mutator)
    return (
      choice == 1 ? annotations : damaged(annotations, by: &mutator),
      choice == 2 ? results : damaged(results, by: &mutator)
    )
  }

  /// Reads both files and scores one against the other.
  func fuzz(annotations: [UInt8], results: [UInt8]) throws -> Outcome {
    let paths = ["annotations.json", "results.json"].map { folder.appending(path: $0) }
    try Data(annotations).write(to: paths[0])
    try Data(results).write(to: paths[1])
    do throws(CaptioningError) {
      _ = try? CocoAnnotations(path: paths[0].path)
      let photos = try CocoAnnotations(path: paths[0].path, withFileNames: false).photos
      let captions = try CocoResults(path: paths[1].path).captions
      let scored = photos.filter { captions[$0.id] != nil && !$0.captions.isEmpty }
      let scores = CaptionMetrics.score(candidates: scored.map { captions[$0.id]! }, references: scored.map(\.captions))
      return Self.judged(scores)
    } catch {
      let line = error.description
      let isOneLine = !line.unicodeScalars.contains { $0.properties.generalCategory == .control }
      return isOneLine && line.hasPrefix(folder.path) && line.count < folder.path.count + 400
        ? .error : .wrong("no error of one line: \(line)")
    }
  }

  private static func judged(_ scores: CaptionScores) -> Outcome {
    let shares = scores.bleu + [scores.rougeL, scores.cider / 10] + scores.distinct + [scores.identicalShare]
    return shares.allSatisfy { $0 >= 0 && $0 <= 1 + 1e-9 } ? .scored : .wrong("scores out of range: \(scores)")
  }

  /// With bytes changed, anything put anywhere, or values in the place of values: only that often leaves JSON.
  private static func damaged(_ bytes: [UInt8], by mutator: inout Mutator) -> [UInt8] {
    let kind = Int.random(in: 0..<4, using: &mutator)
    if kind == 0 { return mutator.damaged(bytes, other: bytes) }
    var parts = String(decoding: bytes, as: UTF8.self).split(separator: " ", omittingEmptySubsequences: false)
    let places = parts.indices.filter { place in
      kind == 1 || parts[place].first.map { $0 == "\"" || $0.isNumber } == true && parts[place + 1] != ":"
    }
    for _ in 0..<Int.random(in: 1...2, using: &mutator) {
      parts[places.randomElement(using: &mutator)!] = values.randomElement(using: &mutator)![...]
    }
    return Array(parts.joined(separator: " ").utf8)
  }

  private static let values =
    [
      "1", "2", "-0", "1e400", "1E-999", "0.5", "9223372036854775808", "null", "true", "{}", "[]", "\"\"", "\"1\"",
      "\"a1\"", "\"\\u0000\\u001b[2J\"", "\"a dog runs\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"e\\u0301\"", ":",
      ",", "}", "]",
      "{ \"id\" : 1 }", "\"images\"", "\"annotations\"", "\"id\"", "\"image_id\"", "\"caption\"", "\"\\u2028'90\\r\"",
      "\"<a b='\\n'> http://\\ud83d\\udc36.com x@\\ud83d\\udc36 c. A \"",
    ] + [
      String(repeating: "[", count: 70), String(repeating: "{\"a\":", count: 5000), String(repeating: "9", count: 5000),
      "\"\(String(repeating: "n't", count: 500))\"",
    ]

  // Spaces part what `damaged` replaces.
  private static let annotations = """
    { "info" : { "a" : [ 1 , null ] } , "images" : [ { "id" : 1 , "file_name" : "a.jpg" } , \
    { "id" : "a1" , "file_name" : "/b.jpg" } , { "id" : 2 , "file_name" : "c" } ] , "annotations" : [ \
    { "image_id" : 1 , "id" : 1 , "caption" : "A\\u0020dog" } , { "image_id" : "a1" , "caption" : "don't" } , \
    { "caption" : "\\ud83d\\udc36" , "image_id" : 2 } , { "image_id" : 1 , "caption" : "dogs" } ] }
    """

  private static let results = """
    [ { "image_id" : 1 , "caption" : "dog" } , { "caption" : "a1@b.c" , "image_id" : "a1" } , \
    { "image_id" : 2 , "caption" : "" } ]
    """
}
