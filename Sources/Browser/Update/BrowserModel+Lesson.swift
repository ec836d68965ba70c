import Terminal

/// A lesson being replayed.
extension BrowserModel {
  /// A key while there is one: Space holds it or goes on, Esc ends it; any other holds it, so that nothing goes on under
  /// the hands of whoever tries something.
  /// - Returns: whether the key was for the lesson alone.
  mutating func keyInLesson(_ key: Key) -> Bool {
    guard let current = lesson, prompt == nil else { return false }
    switch key {
    case " ": lesson?.wait(current.wait == .person ? .nothing : .person)
    case .escape:
      lesson = nil
      inform("the lesson is left")
    case .resize: return false
    default:
      lesson?.wait(.person)
      return false
    }
    return true
  }

  /// Does the steps whose time has come, each once all is there that the one before asked for.
  mutating func goOnWithLesson(now: Int) -> [Effect] {
    var effects: [Effect] = []
    while !isBusy, playback == nil, session == .browsing, let step = lesson?.due(now: now), isReady(for: step) {
      effects += obey(step, now: now)
    }
    if lesson?.isOver == true, !isBusy {
      lesson = nil
      if notice == nil { inform("the lesson is over") }
    }
    return effects
  }

  /// Questions are for whoever sits there, unless the lesson answers them itself.
  private func isReady(for step: Lesson.Step) -> Bool {
    switch (prompt, step.task) {
    case (nil, _), (_, .press), (.confirm, .answer), (_, .tell), (_, .pause): true
    default: false
    }
  }

  private mutating func obey(_ step: Lesson.Step, now: Int) -> [Effect] {
    switch step.task {
    case .pause(let milliseconds):
      lesson?.noteDone()
      lesson?.wait(milliseconds.map { .time(now + $0) } ?? .person)
      return []
    case .tell(let text):
      lesson?.noteDone()
      lesson?.tell(text)
      return []
    case .press(let keys):
      lesson?.noteDone()
      return keys.flatMap { press($0, now: now) }
    case .answer(let character):
      guard case .confirm = prompt else { return stop(at: step, "nothing is asked here") }
      return noteDone(answer(character, now: now))
    case .command(let meaning, let argument): return obey(meaning, argument, step, now: now)
    }
  }

  private mutating func obey(
    _ meaning: PlainLanguage.Meaning, _ argument: String, _ step: Lesson.Step, now: Int
  ) -> [Effect] {
    notice = nil
    views.closeHelp()
    switch request(meaning, argument) {
    case .refused(let reason): return stop(at: step, reason)
    // The same step comes again once it is read.
    case .read:
      let isFirstTry = lesson?.noteReading() == true
      let effects = isFirstTry ? recall() ?? [] : []
      return captions.asked == nil ? stop(at: step, notice?.text ?? "there is no caption to read") : effects
    case .actions(var actions):
      // What lines only tell is seen on the screen.
      if meaning == .words { actions = [.filmstrip] }
      if meaning == .help { actions = [.help] }
      let effects = actions.flatMap { perform($0, now: now) }
      if let notice, notice.kind == .error { return effects + stop(at: step, notice.text) }
      return noteDone(effects)
    }
  }

  private mutating func noteDone(_ effects: [Effect]) -> [Effect] {
    lesson?.noteDone(isAwaitingFile: effects.contains(where: \.tellsOfFiles))
    return effects
  }

  /// Something is not as the lesson has it: it says so and waits.
  private mutating func stop(at step: Lesson.Step, _ reason: String) -> [Effect] {
    guard let name = lesson?.name else { return [] }
    lesson?.noteDone()
    lesson?.wait(.person)
    fail("\(name):\(step.line): \(reason)")
    return []
  }
}

extension Effect {
  /// Whether a file message will come of it.
  fileprivate var tellsOfFiles: Bool {
    switch self {
    case .writeSidecar, .changeSidecar, .export, .keepSettings: true
    default: false
    }
  }
}
