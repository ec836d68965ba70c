import PhotoLibrary
import Terminal

extension BrowserModel {
  /// Takes a message in.
  /// - Parameter now: the time in milliseconds.
  /// - Returns: the work that follows from it.
  mutating func update(_ message: Message, now: Int) -> [Effect] {
    react(to: message, now: now) + goOnWithLesson(now: now) + askNetworks() + retellSelected() + watchFilesInSight()
      + watchSidecarsInSight() + keepUnwrittenEdits()
  }

  private mutating func react(to message: Message, now: Int) -> [Effect] {
    switch message {
    case .key(let key): return keyInLesson(key) ? [] : press(key, now: now)
    case .action(let action):
      forgetNotice()
      return perform(action, now: now)
    case .resized(let size):
      display.size = size
      return requestPictures()
    case .tick:
      playOn(now: now)
      return []
    case .folder(let message): return handle(message) + goToPendingMatch()
    case .preview(let message):
      handle(message)
      return []
    case .caption(let message): return handle(message, now: now)
    case .file(let message):
      lesson?.noteFile()
      return handle(message) + goToPendingMatch()
    case .painted: return []
    }
  }

  /// Has the selected photo and its neighbours, or those in the grid, watched as they were when they were looked at.
  private mutating func watchFilesInSight() -> [Effect] {
    let grid = views.isGrid ? gridLayout : nil
    let range = grid.map { $0.first..<$0.first + $0.capacity } ?? photos.selection - 1..<photos.selection + 3
    let files = range.clamped(to: photos.indices).compactMap { photos[$0].version }
    guard files != pictures.watched else { return [] }
    pictures.watched = files
    return [.watch(files)]
  }

  /// The same of what stands beside those whose preview is there. In the grid there are too many to be read again and
  /// again.
  private mutating func watchSidecarsInSight() -> [Effect] {
    let range = views.isGrid ? 0..<0 : photos.selection - 1..<photos.selection + 3
    let stamps = range.clamped(to: photos.indices).map { photos[$0] }.filter { $0.version != nil && !$0.isFolder }
      .map { SidecarStamp(photo: $0.path, text: $0.sidecar) }
    guard stamps != pictures.watchedSidecars else { return [] }
    pictures.watchedSidecars = stamps
    return [.watchSidecars(stamps)]
  }

  /// Does what a key is for.
  mutating func press(_ key: Key, now: Int) -> [Effect] {
    forgetNotice()
    if key == .control("c") { return interrupt() }
    if case .paste(let text) = key { return paste(text) }
    if let effects = point(key, now: now) { return effects }
    if let prompt { return type(key, into: prompt, now: now) }
    guard let action = Keymap.standard.action(for: key) else { return [] }
    return perform(action, now: now)
  }

  /// What was said is read once the user goes on, and what was waited for is no longer wanted.
  private mutating func forgetNotice() {
    notice = nil
    search.settle()
  }

  /// Each group of actions has its own function; they are tried in turn. While help is open, it has them first.
  mutating func perform(_ action: Action, now: Int) -> [Effect] {
    if views.isHelpOpen {
      scrollHelp(action)
      return []
    }
    return compareNetworks(action) ?? moveInGrid(action) ?? changeFolder(action) ?? move(action) ?? mark(action)
      ?? draw(action)
      ?? drawMany(action, now: now) ?? compare(action) ?? attend(action, now: now) ?? ask(action)
      ?? save(action)
      ?? change(action, now: now) ?? []
  }

  /// The screen and the program.
  private mutating func change(_ action: Action, now: Int) -> [Effect]? {
    switch action {
    case .help: views.openHelp()
    case .keepSettings: return keepSettings()
    case .theme: nextTheme()
    case .zoom: views.toggleZoom()
    case .nextPane: return nextPane(1)
    case .previousPane: return nextPane(-1)
    case .mouse:
      display.isMouseOn.toggle()
      inform(display.isMouseOn ? "mouse on" : "mouse off: the terminal selects text itself")
      return [.setMouse(display.isMouseOn)]
    case .redraw: return [.redraw]
    case .answer(let character): return answer(character, now: now)
    case .back: return goBack()
    case .quit: return leave()
    default: return nil
    }
    return []
  }

  /// While samples are compared, each of them is a pane.
  private mutating func nextPane(_ by: Int) -> [Effect] {
    if views.isComparing, let record {
      choose((record.chosen + by + record.entries.count) % record.entries.count)
    } else {
      views.focus(views.pane == .photos && record != nil ? .captions : .photos)
    }
    return []
  }

  mutating func scrollHelp(_ action: Action) {
    let rect = layout.help
    let page = max(1, rect.rows - 2)
    func scroll(_ rows: Int) { views.scrollHelp(by: rows, last: HelpText.lastOffset(in: rect)) }
    switch action {
    case .down: scroll(1)
    case .up: scroll(-1)
    case .pageDown: scroll(page)
    case .pageUp: scroll(-page)
    case .help, .back, .quit: views.closeHelp()
    default: scroll(0)
    }
  }

  private mutating func nextTheme() {
    do {
      try appearance.nextTheme()
      inform("theme \(appearance.theme.name)")
    } catch {
      fail("\(error)")
    }
  }
}
