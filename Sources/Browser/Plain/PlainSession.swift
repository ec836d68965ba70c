import Captioning
import Terminal

/// The browser as lines of text: a line asks, lines answer. For screen readers, slow lines and scripts.
///
/// The model, its rules and what it writes are the browser's own; only the view is another. Used by one thread.
package final class PlainSession {
  private(set) var model: BrowserModel
  private let effects: ImmediateEffects
  private let mailbox: Mailbox
  private let say: (String) -> Void
  /// Where `more` goes on.
  private var listed = 0

  static let page = 20

  /// - Parameter say: takes one line without its end.
  package init(model: BrowserModel, service: any CaptionService, say: @escaping (String) -> Void) {
    self.model = model
    mailbox = Mailbox()
    effects = ImmediateEffects(service: service, mailbox: mailbox)
    self.say = say
  }

  /// Answers line after line until `quit` or there are none.
  package func run(paths: [String], nextLine: () -> String?) {
    model.listing.paths = paths
    perform([.list(model.listing)])
    tellNotice()
    tellFolder()
    say("Type help for the commands.")
    while !model.hasQuit, let line = nextLine() { answer(line) }
  }

  private func answer(_ line: String) {
    model.notice = nil
    if case .confirm(let confirmation) = model.prompt {
      let before = model.record
      perform(model.answer(confirmation, line.first))
      if model.record != before { tellCaptions() }
      return tellNotice()
    }
    guard !line.allSatisfy({ $0 == " " }) else { return }
    guard let (meaning, argument) = PlainLanguage.parse(line) else {
      return say("'\(TextWidth.safe(line))' is no command. Type help for the commands.")
    }
    obey(meaning, argument)
  }

  private func obey(_ meaning: PlainLanguage.Meaning, _ argument: String) {
    switch meaning {
    case .list, .more, .select, .next, .previous, .find, .folderAbove, .order: move(meaning, argument)
    case .caption, .again, .edit, .undo, .redo, .write, .export: press(meaning, argument)
    case .sample: choose(argument, "sample", count: model.record?.entries.count ?? 0) { model.chooseSample($0) }
    case .wordForward, .wordBack, .words: step(meaning, argument)
    case .topK, .temperature, .seed, .mode, .samples: set(meaning, argument)
    case .help: PlainLanguage.help.forEach(say)
    case .quit: model.hasQuit = true
    }
  }

  // MARK: - The model

  /// Does what the model asks for and hands it the results.
  private func perform(_ work: [Effect]) {
    work.forEach(effects.run)
    while !mailbox.isEmpty {
      for message in mailbox.take() { model.update(message, now: 0).forEach(effects.run) }
    }
  }

  private func press(_ key: Key) { perform(model.update(.key(key), now: 0)) }

  private func press(_ meaning: PlainLanguage.Meaning, _ argument: String) {
    let before = model.record
    switch meaning {
    case .caption: press(.enter)
    case .again: press("s")
    case .undo: press("u")
    case .redo: press("U")
    case .write: press("w")
    case .export: press("x")
    case .edit:
      press("e")
      guard case .edit = model.prompt else { return tellNotice() }
      press(.control("a"))
      press(.control("k"))
      argument.forEach { press(.character($0)) }
      press(.enter)
    default: break
    }
    if model.record != before, let record = model.record {
      // What was only changed is told alone.
      let isDrawn = meaning == .caption || meaning == .again
      if isDrawn { tellCaptions() } else { say(PlainWords.caption(record.chosen, of: record)) }
    }
    tellNotice()
  }

  // MARK: - Settings

  private func set(_ meaning: PlainLanguage.Meaning, _ argument: String) {
    guard let (label, change) = PlainSettings.change(meaning, argument) else {
      return say(PlainSettings.expectation(meaning))
    }
    let before = model.record
    perform(model.redraw(label, change))
    say(PlainSettings.words(model.settings))
    if model.record != before { tellCaptions() }
    tellNotice()
  }

  // MARK: - Moving

  private func move(_ meaning: PlainLanguage.Meaning, _ argument: String) {
    switch meaning {
    case .list: return list(from: (Int(argument) ?? 1) - 1)
    case .more: return list(from: listed)
    case .select:
      guard let index = index(of: argument) else {
        return say("There is no image '\(TextWidth.safe(argument))': expected 1 to \(model.photos.count), or a name.")
      }
      perform(model.select(index))
    case .next: perform(model.select(model.selection + 1))
    case .previous: perform(model.select(model.selection - 1))
    case .find:
      guard let found = model.match(from: model.selection + 1, forward: true, text: argument), !argument.isEmpty else {
        return say("No name or caption contains '\(TextWidth.safe(argument))'.")
      }
      perform(model.select(found))
    case .folderAbove:
      press(.backspace)
      tellFolder()
      return tellNotice()
    default:
      press("S")
      return tellNotice()
    }
    if let photo = model.photo, photo.isFolder, meaning == .select {
      perform(model.enter(photo))
      return tellFolder()
    }
    tellPhoto()
  }

  /// The number of a photo, counted from 0, from its number counted from 1 or its name.
  private func index(of argument: String) -> Int? {
    if let number = Int(argument) { return model.photos.indices.contains(number - 1) ? number - 1 : nil }
    return model.photos.firstIndex { $0.name == argument }
  }

  private func list(from first: Int) {
    guard model.photos.indices.contains(first) else { return say("There are no more.") }
    listed = min(first + Self.page, model.photos.count)
    for index in first..<listed { say("\(index + 1): \(PlainWords.name(model.photos[index], model))") }
    if listed < model.photos.count { say("\(model.photos.count - listed) more; type more.") }
  }

  // MARK: - Words

  private func step(_ meaning: PlainLanguage.Meaning, _ argument: String) {
    guard let photo = model.photo, let record = model.record, record.wordIndex(in: record.chosen) != nil else {
      return say("There is no caption yet. Type caption.")
    }
    let count = record.caption.words.count
    if meaning == .words {
      return (0..<count).forEach { say(PlainWords.word($0, of: record.caption)) }
    }
    if argument.isEmpty {
      model.records[photo.path]?.step(meaning == .wordForward ? 1 : -1)
    } else {
      guard let number = Int(argument), (1...count).contains(number) else {
        return say("There is no word '\(TextWidth.safe(argument))': expected 1 to \(count).")
      }
      model.records[photo.path]?.word = number - 1
    }
    if let record = model.record, let word = record.wordIndex(in: record.chosen) {
      say(PlainWords.word(word, of: record.caption))
    }
  }

  private func choose(_ argument: String, _ what: String, count: Int, _ choice: (Int) -> [Effect]) {
    guard count > 0 else { return say("There is no caption yet. Type caption.") }
    guard let number = Int(argument), (1...count).contains(number) else {
      return say("There is no \(what) '\(TextWidth.safe(argument))': expected 1 to \(count).")
    }
    perform(choice(number - 1))
    if let record = model.record { say(PlainWords.caption(record.chosen, of: record)) }
  }

  // MARK: - Telling

  private func tellNotice() {
    if case .confirm(let confirmation) = model.prompt {
      let answers = confirmation.answers.map { "\($0.key) for \($0.meaning)" }.joined(separator: ", ")
      say("\(confirmation.question) Type \(answers).")
    }
    guard let notice = model.notice else { return }
    let text = TextWidth.safe(notice.text)
    say(notice.kind == .error ? "Error: \(text)" : text.prefix(1).uppercased() + text.dropFirst() + ".")
  }

  private func tellFolder() {
    say("\(TextWidth.safe(model.title)): \(PlainWords.count(model)).")
    if model.photo != nil { tellPhoto() }
  }

  private func tellPhoto() {
    guard let photo = model.photo else { return say("There are no images here.") }
    say("\(model.selection + 1) of \(model.photos.count): \(PlainWords.description(photo, model))")
  }

  private func tellCaptions() {
    guard let record = model.record else { return }
    record.entries.indices.forEach { say(PlainWords.caption($0, of: record)) }
  }
}
