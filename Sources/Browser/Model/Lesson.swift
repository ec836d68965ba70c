import Terminal

/// Commands of lines that the browser obeys by itself, one after another, with pauses and with words about what is to be
/// seen.
package struct Lesson: Sendable, Equatable {
  /// A line of it.
  struct Step: Sendable, Equatable {
    /// From 1, of the file.
    let line: Int
    let task: Task
  }

  enum Task: Sendable, Equatable {
    case command(PlainLanguage.Meaning, String)
    /// Answers the question that the command before led to.
    case answer(Character)
    /// So many milliseconds; nil waits for a person.
    case pause(Int?)
    case tell(String)
    case press([Key])
  }

  /// What it waits for.
  enum Wait: Sendable, Equatable {
    case nothing
    case time(Int)
    /// That a person goes on.
    case person
  }

  /// Its file's name.
  let name: String
  let steps: [Step]
  /// How many steps are done.
  private(set) var done = 0
  private(set) var wait = Wait.nothing
  /// What it says now; empty for nothing.
  private(set) var text = ""
  /// The step before which a text was read last.
  private var reading: Int?
  /// Whether a file is being written that a step asked for.
  private(set) var isAwaitingFile = false

  init(name: String, steps: [Step]) { (self.name, self.steps) = (name, steps) }

  /// When it goes on by itself; nil where that is at once, or never.
  var deadline: Int? { if case .time(let end) = wait { end } else { nil } }

  /// Whether all is done and nothing is waited for.
  var isOver: Bool { done == steps.count && wait == .nothing && !isAwaitingFile }

  /// The step whose time has come.
  /// - Parameter now: the time in milliseconds.
  mutating func due(now: Int) -> Step? {
    if let deadline, deadline <= now { wait = .nothing }
    guard wait == .nothing, !isAwaitingFile, done < steps.count else { return nil }
    return steps[done]
  }

  /// Notes that a text is read for the step that comes.
  /// - Returns: false where that was tried before.
  mutating func noteReading() -> Bool {
    defer { reading = done }
    return reading != done
  }

  mutating func noteDone(isAwaitingFile: Bool = false) {
    done += 1
    self.isAwaitingFile = isAwaitingFile
  }

  mutating func noteFile() { isAwaitingFile = false }

  mutating func wait(_ wait: Wait) { self.wait = wait }

  mutating func tell(_ text: String) { self.text = text }

  /// How far it is: `lesson 3/12`.
  var placeText: String { "lesson \(done)/\(steps.count)" }
}
