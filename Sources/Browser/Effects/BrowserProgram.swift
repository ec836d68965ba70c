import PhotoLibrary
import SystemPackage
import Terminal

/// The loop: messages change the model, the view draws it, keys and results are the next messages. One thread.
package final class BrowserProgram {
  private var store: BrowserStore
  private let screen: any Screen
  private let clock: any MonotonicClock
  private let mailbox: Mailbox
  private let effects: any EffectRunner
  private let painter: any PreviewPainting
  private var mustDraw = true

  package init(
    model: BrowserModel, screen: any Screen, clock: any MonotonicClock, mailbox: Mailbox, effects: any EffectRunner,
    painter: any PreviewPainting
  ) {
    store = BrowserStore(model)
    self.screen = screen
    self.clock = clock
    self.mailbox = mailbox
    self.effects = effects
    self.painter = painter
  }

  package var model: BrowserModel { store.model }

  /// Browses until the user leaves.
  package func run(paths: [FilePath]) {
    // The first frame stands before anything is read.
    draw()
    take(.action(.open(ListingRequest(typed: paths))))
    perform([.loadEngine, .findEdits])
    takeMail()
    while !model.hasQuit {
      draw()
      guard takeEvents() else { break }
    }
    effects.run(.cancelCaption)
    effects.finish()
  }

  /// Waits for something to happen and takes all of it in, so that keys held down never pile up behind drawing.
  /// - Returns: false when there is no terminal any more.
  private func takeEvents() -> Bool {
    var wait = model.deadline.map { max(0, $0 - clock.milliseconds) }
    var taken = 0
    while taken < 64 {
      switch screen.nextEvent(within: wait) {
      case .closed: return false
      case .key(.resize): take(.resized(screen.size))
      case .key(let key): take(.key(key))
      case .woken:
        take(.tick)
        takeMail()
        return true
      }
      takeMail()
      if model.hasQuit { return true }
      wait = 0
      taken += 1
    }
    return true
  }

  private func takeMail() {
    var messages = mailbox.take()
    while !messages.isEmpty {
      messages.forEach(take)
      messages = mailbox.take()
    }
  }

  private func take(_ message: Message) {
    mustDraw = true
    perform(store.send(message, now: clock.milliseconds))
  }

  private func perform(_ work: [Effect]) {
    for effect in work {
      switch effect {
      case .setMouse(let on): screen.setMouse(on)
      case .redraw: screen.invalidate()
      default: effects.run(effect)
      }
    }
  }

  private func draw() {
    guard mustDraw else { return }
    mustDraw = false
    screen.present(BrowserView(model, painter: painter).draw())
  }
}
