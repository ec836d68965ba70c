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
    if PlainLanguage.isRemark(line) { return }
    if case .confirm(let confirmation) = model.prompt {
      let answer = Self.answer(line, to: confirmation)
      sendAndTell(.answer(answer))
      // A script that knows nothing of an earlier run goes on with its command.
      guard case .recover = confirmation.action, answer == nil else { return }
    }
    guard !PlainLanguage.isBlank(line) else { return }
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
      perform(meaning, argument)
      tellFolder()
      tellNotice()
    case .show: show(argument)
    case .edit, .undo, .redo: performAndTell(meaning, argument, tellsAll: false)
    case .say, .instead, .take, .hide, .only, .against: ask(meaning, argument)
    case .export:
      _ = recall()
      performAndTell(meaning, argument)
    case .sample:
      guard perform(meaning, argument) else { return }
      if let record = model.record { say(PlainWords.caption(record.chosen, of: record)) }
    case .wordForward, .wordBack, .words: step(meaning, argument)
    case .topK, .temperature, .seed, .mode, .samples: set(meaning, argument)
    case .pause: break
    case .tell: say(TextWidth.safe(argument))
    case .press: press(argument)
    case .help: PlainLanguage.help.forEach(say)
    default: performAndTell(meaning, argument)
    }
  }

  /// Does what a command asks for; says why where it cannot be.
  /// - Returns: whether it was done.
  @discardableResult
  func perform(_ meaning: PlainLanguage.Meaning, _ argument: String) -> Bool {
    if model.request(meaning, argument) == .read { _ = recall() }
    switch model.request(meaning, argument) {
    case .actions(let actions): actions.forEach(send)
    case .refused(let why):
      say(why)
      return false
    // It could not be read, which has been told.
    case .read: return false
    }
    return true
  }

  /// - Parameter tellsAll: whether all captions are told when they changed, not the chosen one alone.
  private func performAndTell(_ meaning: PlainLanguage.Meaning, _ argument: String, tellsAll: Bool = true) {
    let before = captionLines
    if perform(meaning, argument) { tell(since: before, tellsAll: tellsAll) }
  }

  private func sendAndTell(_ action: Action) {
    let before = captionLines
    send(action)
    tell(since: before, tellsAll: true)
  }

  /// What has changed.
  private func tell(since before: [String], tellsAll: Bool) {
    if captionLines != before, let record = model.record {
      if tellsAll { tellCaptions() } else { say(PlainWords.caption(record.chosen, of: record)) }
    }
    tellNotice()
  }

  private func press(_ argument: String) {
    let before = captionLines
    for key in PlainLanguage.keys(argument) ?? [] { perform(store.send(.key(key), now: 0)) }
    tell(since: before, tellsAll: true)
  }

  private func set(_ meaning: PlainLanguage.Meaning, _ argument: String) {
    let before = captionLines
    guard perform(meaning, argument) else { return }
    say(PlainSettings.words(model.captions.settings))
    if captionLines != before { tellCaptions() }
    tellNotice()
  }

  // MARK: - Moving

  private func move(_ meaning: PlainLanguage.Meaning, _ argument: String) {
    let folders = model.folders
    guard perform(meaning, argument) else { return }
    if model.folders != folders { return tellFolder() }
    if meaning == .find {
      say("Match \(Matches(model.matches(of: argument)).placeText(of: model.photos.selection)).")
    }
    tellPhoto()
  }

  private func list(from first: Int) {
    let photos = model.photos
    guard photos.indices.contains(first) else { return say("There are no more.") }
    listed = min(first + Self.page, photos.count)
    for index in first..<listed { say("\(index + 1): \(PlainWords.name(photos[index], model))") }
    if listed < photos.count { say("\(photos.count - listed) more; type more.") }
  }

  private func show(_ argument: String) {
    let before = model.filter
    guard perform(.show, argument) else { return }
    tellNotice()
    if model.filter != before { tellFolder() }
  }

  // MARK: - Captions and words

  private func step(_ meaning: PlainLanguage.Meaning, _ argument: String) {
    let isNew = recall()
    if meaning == .words {
      guard let caption = model.record?.told, !caption.words.isEmpty else {
        return say("There is no caption yet. Type caption.")
      }
      return caption.words.indices.forEach { say(PlainWords.word($0, of: caption)) }
    }
    // What has just been read begins with its first word.
    guard perform(meaning, isNew && argument.isEmpty ? "1" : argument) else { return }
    if let record = model.record, let caption = record.told, let word = record.wordIndex(in: record.chosen) {
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
}
