import Captioning
import PhotoLibrary
import SystemPackage
import Terminal

/// The browser as lines of text: a line asks, lines answer. For screen readers, slow lines and scripts.
///
/// The model, its rules and what it writes are the browser's own; only the view is another. Used by one thread.
package final class PlainSession {
  private var store: BrowserStore
  private let effects: ImmediateEffects
  private let mailbox: Mailbox
  /// Begins to watch for Ctrl-C and gives a way to ask whether it was pressed.
  private let watchInterrupts: () -> () -> Bool
  let say: (String) -> Void
  /// Where `more` goes on.
  private var listed = 0

  static let page = 20

  /// - Parameters:
  ///   - model: to begin with.
  ///   - service: captions photos.
  ///   - recovery: where edits that are not written are kept.
  ///   - settingsFile: where settings are kept.
  ///   - watchInterrupts: begins to watch for Ctrl-C, which stops captioning all; what it gives tells whether that was
  ///     pressed, and is let go of afterwards.
  ///   - say: takes one line without its end.
  package init(
    model: BrowserModel, service: any CaptionService, recovery: EditRecovery? = nil, settingsFile: SettingsFile? = nil,
    watchInterrupts: @escaping () -> () -> Bool = { { false } }, say: @escaping (String) -> Void
  ) {
    store = BrowserStore(model)
    mailbox = Mailbox()
    effects = ImmediateEffects(service: service, mailbox: mailbox, recovery: recovery, settingsFile: settingsFile)
    self.watchInterrupts = watchInterrupts
    self.say = say
  }

  var model: BrowserModel { store.model }

  /// Answers line after line until `quit` or there are none.
  package func run(paths: [FilePath], nextLine: () -> String?) {
    send(.open(ListingRequest(typed: paths)))
    perform([.findEdits])
    tellNotice()
    tellFolder()
    say("Type help for the commands.")
    while !model.hasQuit, let line = nextLine() { answer(line) }
  }

  /// Does what the user wants, and all that follows from it.
  func send(_ action: Action) {
    perform(store.send(.action(action), now: 0))
  }

  private func perform(_ work: [Effect]) {
    let isInterrupted = model.captions.queue?.isRunning == true ? watchInterrupts() : nil
    var told = model.captions.queue?.reached ?? 0
    work.forEach(effects.run)
    while !mailbox.isEmpty {
      for message in mailbox.take() { store.send(message, now: 0).forEach(effects.run) }
      if let queue = model.captions.queue, queue.isRunning {
        if queue.reached >= told + Self.page {
          told = queue.reached
          say("Captioning \(queue.placeText).")
        }
        if isInterrupted?() == true { store.send(.action(.stopCaptioning), now: 0).forEach(effects.run) }
      }
    }
  }

  private func answer(_ line: String) {
    if case .confirm(let confirmation) = model.prompt {
      let answer = Self.answer(line, to: confirmation)
      sendAndTell(.answer(answer))
      // A script that knows nothing of an earlier run goes on with its command.
      guard case .recover = confirmation.action, answer == nil else { return }
    }
    guard !line.allSatisfy({ $0 == " " }) else { return }
    guard let (meaning, argument) = PlainLanguage.parse(line) else {
      return say("'\(TextWidth.safe(line))' is no command. Type help for the commands.")
    }
    obey(meaning, argument)
  }

  /// The key that a line means: its only character, or the whole of what the key does. Nil when it means none, so that a
  /// command typed instead neither loses nor replaces anything.
  private static func answer(_ line: String, to confirmation: Confirmation) -> Character? {
    let line = line.split(separator: " ").joined(separator: " ").lowercased()
    return confirmation.answers.first { $0.key.lowercased() == line || $0.meaning == line }?.key.first
  }

  private func obey(_ meaning: PlainLanguage.Meaning, _ argument: String) {
    switch meaning {
    case .list: list(from: (Int(argument) ?? 1) - 1)
    case .more: list(from: listed)
    case .select, .next, .previous, .find: move(meaning, argument)
    case .folderAbove, .below:
      send(meaning == .below ? .deep : .leaveFolder)
      tellFolder()
      tellNotice()
    case .order: sendAndTell(.order)
    case .mark: mark(argument)
    case .markAll: sendAndTell(.markAll)
    case .show: show(argument)
    case .caption: sendAndTell(argument.lowercased() == "all" ? .captionAll : .caption)
    case .again: sendAndTell(.sampleAgain)
    case .edit: sendAndTell(.rewrite(argument), tellsAll: false)
    case .say, .instead, .take, .hide, .only: ask(meaning, argument)
    case .undo: sendAndTell(.undo, tellsAll: false)
    case .redo: sendAndTell(.redo, tellsAll: false)
    case .write: sendAndTell(argument.lowercased() == "all" ? .writeAll : .write)
    case .export:
      _ = recall()
      sendAndTell(.export)
    case .sample: choose(argument)
    case .wordForward, .wordBack, .words: step(meaning, argument)
    case .topK, .temperature, .seed, .mode, .samples: set(meaning, argument)
    case .keep: sendAndTell(.keepSettings)
    case .help: PlainLanguage.help.forEach(say)
    case .quit: sendAndTell(.quit)
    }
  }

  /// - Parameter tellsAll: whether all captions are told when they changed, not the chosen one alone.
  func sendAndTell(_ action: Action, tellsAll: Bool = true) {
    let before = captionLines
    send(action)
    if captionLines != before, let record = model.record {
      if tellsAll { tellCaptions() } else { say(PlainWords.caption(record.chosen, of: record)) }
    }
    tellNotice()
  }

  private func set(_ meaning: PlainLanguage.Meaning, _ argument: String) {
    let topKs = model.captions.topKs
    guard let change = PlainSettings.change(meaning, argument, topKs: topKs) else {
      return say(PlainSettings.expectation(meaning, topKs: topKs))
    }
    let before = captionLines
    send(.set(change))
    say(PlainSettings.words(model.captions.settings))
    if captionLines != before { tellCaptions() }
    tellNotice()
  }

  // MARK: - Moving

  private func move(_ meaning: PlainLanguage.Meaning, _ argument: String) {
    let here = model.photos.selection
    switch meaning {
    case .next: send(.select(here + 1))
    case .previous: send(.select(here - 1))
    case .find:
      let matches = Matches(model.matches(of: argument))
      guard let found = matches.next(from: here + 1, isForward: true) else {
        return say("No name or caption contains '\(TextWidth.safe(argument))'.")
      }
      send(.select(found))
      say("Match \(matches.placeText(of: found)).")
    default:
      guard let index = index(of: argument) else {
        return say("There is no image '\(TextWidth.safe(argument))': expected 1 to \(model.photos.count), or a name.")
      }
      send(.select(index))
      if model.photo?.isFolder == true {
        send(.enterFolder)
        return tellFolder()
      }
    }
    tellPhoto()
  }

  /// The number of a photo, counted from 0, from its number counted from 1 or its name.
  private func index(of argument: String) -> Int? {
    if let number = Int(argument) { return model.photos.indices.contains(number - 1) ? number - 1 : nil }
    return model.photos.firstIndex { $0.name == argument }
  }

  private func list(from first: Int) {
    let photos = model.photos
    guard photos.indices.contains(first) else { return say("There are no more.") }
    listed = min(first + Self.page, photos.count)
    for index in first..<listed { say("\(index + 1): \(PlainWords.name(photos[index], model))") }
    if listed < photos.count { say("\(photos.count - listed) more; type more.") }
  }

  /// Marks one image, the selected one where none is named.
  private func mark(_ argument: String) {
    guard let index = argument.isEmpty ? model.photos.selection : index(of: argument) else {
      return say("There is no image '\(TextWidth.safe(argument))': expected 1 to \(model.photos.count), or a name.")
    }
    sendAndTell(.toggleMark(index))
  }

  private func show(_ argument: String) {
    guard let filter = PhotoFilter(rawValue: argument.lowercased()) else {
      let known = PhotoFilter.allCases.map(\.rawValue).joined(separator: ", ")
      return say("Expected show and one of \(known).")
    }
    let before = model.filter
    send(.show(filter))
    tellNotice()
    if model.filter != before { tellFolder() }
  }

  // MARK: - Captions and words

  private func step(_ meaning: PlainLanguage.Meaning, _ argument: String) {
    let isNew = recall()
    guard let caption = model.record?.told, !caption.words.isEmpty else {
      return say("There is no caption yet. Type caption.")
    }
    if meaning == .words { return caption.words.indices.forEach { say(PlainWords.word($0, of: caption)) } }
    if argument.isEmpty, isNew {
      send(.goToWord(0))
    } else if argument.isEmpty {
      send(meaning == .wordForward ? .nextWord : .previousWord)
    } else {
      guard let index = number(argument, "word", upTo: caption.words.count) else { return }
      send(.goToWord(index))
    }
    if let record = model.record, let word = record.wordIndex(in: record.chosen) {
      say(PlainWords.word(word, of: caption))
    }
  }

  /// Has a text that was not drawn here read by the network, so that its words can be told.
  /// - Returns: whether there was one.
  private func recall() -> Bool {
    guard model.record?.told == nil, model.record != nil || model.photo?.sidecar != nil else { return false }
    send(.goToWord(0))
    tellNotice()
    return true
  }

  private func choose(_ argument: String) {
    guard let count = model.record?.entries.count else { return say("There is no caption yet. Type caption.") }
    guard let index = number(argument, "sample", upTo: count) else { return }
    send(.pick(index))
    if let record = model.record { say(PlainWords.caption(record.chosen, of: record)) }
  }

  /// A number counted from 1, counted from 0; says what was expected where it is none.
  private func number(_ argument: String, _ what: String, upTo count: Int) -> Int? {
    if let number = Int(argument), (1...count).contains(number) { return number - 1 }
    say("There is no \(what) '\(TextWidth.safe(argument))': expected 1 to \(count).")
    return nil
  }
}
