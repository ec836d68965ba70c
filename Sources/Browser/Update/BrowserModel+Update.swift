import PhotoLibrary
import Terminal

extension BrowserModel {
  /// How long a word stays when words play.
  static let wordMilliseconds = 450

  /// Takes a message in.
  /// - Parameter now: the time in milliseconds.
  /// - Returns: the work that follows from it.
  mutating func update(_ message: Message, now: Int) -> [Effect] {
    let effects = react(to: message, now: now)
    let files = filesInSight
    guard files != watched else { return effects }
    watched = files
    return effects + [.watch(files)]
  }

  /// The selected photo and its neighbours, or those in the grid, as they were when they were looked at.
  private var filesInSight: [FileIdentity] {
    let grid = isGrid ? gridLayout : nil
    let range = grid.map { $0.first..<$0.first + $0.capacity } ?? selection - 1..<selection + 3
    return range.clamped(to: photos.indices).compactMap { photos[$0].version }
  }

  private mutating func react(to message: Message, now: Int) -> [Effect] {
    switch message {
    case .key(let key): return handle(key, now: now)
    case .resized(let size):
      self.size = size
      return wantPreviews()
    case .tick:
      playOn(now: now)
      return []
    case .folder(let message):
      let effects = handle(message)
      return effects + goToAwaitedMatch()
    case .preview(let message): return handle(message)
    case .caption(let message): return handle(message)
    case .file(let message):
      handle(message)
      return goToAwaitedMatch()
    case .painted: return []
    }
  }

  private mutating func handle(_ key: Key, now: Int) -> [Effect] {
    if key == .control("c") {
      hasQuit = true
      return []
    }
    notice = nil
    awaitedMatch = nil
    if prompt != nil { return type(key) }
    if let effects = pointInGrid(key) { return effects }
    if let effects = point(key) { return effects }
    guard let action = Keymap.standard.action(for: key) else { return [] }
    if helpOffset != nil { return read(help: action) }
    return perform(action, now: now)
  }

  /// Each group of actions has its own function; they are tried in turn.
  private mutating func perform(_ action: Action, now: Int) -> [Effect] {
    moveInGrid(action) ?? changeFolder(action) ?? move(action) ?? decode(action) ?? compare(action)
      ?? attend(action, now: now) ?? save(action) ?? change(action) ?? []
  }

  /// The screen and the program.
  private mutating func change(_ action: Action) -> [Effect]? {
    switch action {
    case .help: helpOffset = 0
    case .theme: nextTheme()
    case .zoom:
      isZoomed.toggle()
      isComparing = false
    case .nextPane: return nextPane(1)
    case .previousPane: return nextPane(-1)
    case .mouse:
      isMouseOn.toggle()
      inform(isMouseOn ? "mouse on" : "mouse off: the terminal selects text itself")
      return [.setMouse(isMouseOn)]
    case .redraw: return [.redraw]
    case .back, .quit: return goBack(stopsWork: action == .back)
    default: return nil
    }
    return []
  }

  /// While samples are compared, each of them is a pane.
  private mutating func nextPane(_ by: Int) -> [Effect] {
    if isComparing, let record {
      return chooseSample((record.chosen + by + record.entries.count) % record.entries.count)
    }
    pane = pane == .photos && record != nil ? .captions : .photos
    return []
  }

  /// One step back: out of what is open, then out of the program.
  private mutating func goBack(stopsWork: Bool) -> [Effect] {
    if stopsWork, work != nil { return [.cancelCaption] }
    if nextWordAt != nil {
      nextWordAt = nil
    } else if isComparing {
      isComparing = false
    } else if isZoomed {
      isZoomed = false
    } else if pane == .captions {
      pane = .photos
    } else {
      hasQuit = true
    }
    return []
  }

  mutating func read(help action: Action) -> [Effect] {
    let page = max(1, layout.help.rows - 2)
    switch action {
    case .down: helpOffset! += 1
    case .up: helpOffset! -= 1
    case .pageDown: helpOffset! += page
    case .pageUp: helpOffset! -= page
    case .help, .back, .quit: helpOffset = nil
    default: break
    }
    helpOffset = helpOffset.map { min(max(0, $0), HelpPane.lastOffset(in: layout.help)) }
    return []
  }

  private mutating func nextTheme() {
    let names = themes.names
    let next = ((names.firstIndex(of: theme.name) ?? -1) + 1) % names.count
    do {
      theme = try themes.theme(named: names[next])
      theme.name = names[next]
      look = AttentionLook(
        isOn: look.isOn, opacity: theme.opacity, smooth: theme.smooth, colormap: theme.colormap, scale: look.scale)
      inform("theme \(theme.name)")
    } catch {
      // The next press goes on behind the one that cannot be used.
      theme.name = names[next]
      notice = Notice(kind: .error, text: "\(error)")
    }
  }

  mutating func inform(_ text: String) { notice = Notice(kind: .information, text: text) }
  mutating func warn(_ text: String) { notice = Notice(kind: .warning, text: text) }
}
