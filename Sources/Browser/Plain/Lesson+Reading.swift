import Files
import SystemPackage
import Terminal

/// Why a lesson cannot be replayed, in one line.
package struct LessonProblem: Error, Equatable, CustomStringConvertible {
  package let description: String
}

extension Lesson {
  private static let largest = 1 << 20

  /// Reads a lesson's file.
  /// - Throws: `LessonProblem` that names the file and the line which is no command, or whose argument can never be meant.
  package init(path: FilePath) throws(LessonProblem) {
    guard let bytes = SmallFile.read(path, limit: Self.largest), let text = String(validating: bytes, as: UTF8.self)
    else {
      let expected = path.exists ? "expected a file of at most 1 MiB of text in UTF-8" : "no such file"
      throw LessonProblem(description: "\(path): \(expected)")
    }
    do {
      try self.init(text, name: FileName.name(path))
    } catch {
      throw LessonProblem(description: "\(path):\(error.line): \(error.reason)")
    }
  }

  struct LineProblem: Error, Equatable {
    let line: Int
    let reason: String
  }

  /// - Parameters:
  ///   - text: a command a line; blank ones and those that begin with # say nothing.
  ///   - name: what the lesson is called.
  init(_ text: String, name: String) throws(LineProblem) {
    var steps: [Step] = []
    // Scalars, not characters: a line end made of two scalars is one character.
    let lines = text.unicodeScalars.split(omittingEmptySubsequences: false) { $0 == "\n" }
    for (index, scalars) in lines.enumerated() {
      let line = String(String.UnicodeScalarView(scalars.filter { $0 != "\r" }))
        .replacing("\t", with: " ")
      if PlainLanguage.isBlank(line) || PlainLanguage.isRemark(line) { continue }
      do throws(LessonProblem) {
        steps.append(Step(line: index + 1, task: try Self.task(line)))
      } catch {
        throw LineProblem(line: index + 1, reason: error.description)
      }
    }
    guard !steps.isEmpty else { throw LineProblem(line: 1, reason: "expected a command a line, found none") }
    self.init(name: name, steps: steps)
  }

  private static func task(_ line: String) throws(LessonProblem) -> Task {
    guard let (meaning, argument) = PlainLanguage.parse(line) else {
      let words = line.split(separator: " ").joined(separator: " ")
      if words.count == 1, let character = words.first, answers.contains(character) { return .answer(character) }
      throw LessonProblem(
        description: "'\(TextWidth.safe(words))' is no command: expected one of gaze --plain's, which its help lists")
    }
    switch meaning {
    case .pause: return .pause(try milliseconds(argument))
    case .tell: return .tell(TextWidth.safe(argument))
    case .press:
      guard let keys = PlainLanguage.keys(argument) else {
        throw LessonProblem(description: "'\(TextWidth.safe(argument))' are no keys: expected some as ? names them")
      }
      return .press(keys)
    default: break
    }
    if let problem = PlainLanguage.problem(meaning, argument) { throw LessonProblem(description: problem) }
    return .command(meaning, argument)
  }

  /// Keys that answer questions and are no commands.
  private static let answers: [Character] = ["y", "f", "a", "m"]

  private static func milliseconds(_ argument: String) throws(LessonProblem) -> Int? {
    if argument.isEmpty { return nil }
    guard let seconds = Double(argument), (0...3600).contains(seconds) else {
      throw LessonProblem(
        description:
          "'\(TextWidth.safe(argument))' is no pause: expected seconds from 0 to 3600, or none to wait for Space")
    }
    return Int((seconds * 1000).rounded())
  }
}
