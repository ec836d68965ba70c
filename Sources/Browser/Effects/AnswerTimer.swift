import Foundation
import PhotoLibrary
import SystemPackage
import Terminal

/// The browser without a screen, its keys pressed by a program that is told how long each answer takes. One thread.
package final class AnswerTimer {
  private var store: BrowserStore
  private let mailbox: Mailbox
  private let effects: BackgroundEffects
  private let arrivals = Arrivals()

  /// Tells that a message has come.
  private final class Arrivals: Waker {
    private let semaphore = DispatchSemaphore(value: 0)
    func wake() { semaphore.signal() }
    func wait() { semaphore.wait() }
  }

  /// - Parameters:
  ///   - model: to begin with.
  ///   - service: captions photos.
  package init(model: BrowserModel, service: any CaptionService) {
    store = BrowserStore(model)
    mailbox = Mailbox(waker: arrivals)
    effects = BackgroundEffects(service: service, mailbox: mailbox)
  }

  /// What the latest press led to, where that is a complaint.
  package var problem: String? { store.model.notice.flatMap { $0.kind == .error ? $0.text : nil } }

  /// Lists a folder and waits until its first photo is there.
  package func open(_ path: FilePath) {
    take(.action(.open(ListingRequest(typed: [path]))))
    settle()
  }

  /// Milliseconds from a key on.
  package struct Times {
    /// Until the model had the first answer; until all were there, where there was none.
    package let first: Double
    /// Until it had all and asked for nothing more.
    package let all: Double
  }

  /// Presses keys, each once all work of those before is done.
  /// - Returns: how long the answers to the last took.
  @discardableResult
  package func press(_ keys: [Key]) -> Times {
    keys.map(press).last ?? Times(first: 0, all: 0)
  }

  private func press(_ key: Key) -> Times {
    let start = ContinuousClock.now
    func passed() -> Double { (ContinuousClock.now - start) / .milliseconds(1) }
    var first: Double?
    take(.key(key))
    settle { first = first ?? passed() }
    let all = passed()
    return Times(first: first ?? all, all: all)
  }

  private func take(_ message: Message) { store.send(message, now: 0).forEach(effects.run) }

  /// - Parameter noteAnswer: called when the model has taken one in.
  private func settle(noteAnswer: () -> Void = {}) {
    while true {
      for message in mailbox.take() {
        take(message)
        if case .caption(.done) = message { noteAnswer() }
      }
      if !store.model.isBusy, mailbox.isEmpty { return }
      arrivals.wait()
    }
  }
}
