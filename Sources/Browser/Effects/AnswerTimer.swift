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

  /// Presses keys, each once all work of those before is done.
  /// - Returns: milliseconds from the last key until the model has its answer and asks for nothing more.
  @discardableResult
  package func press(_ keys: [Key]) -> Double {
    var milliseconds = 0.0
    for key in keys {
      let start = ContinuousClock.now
      take(.key(key))
      settle()
      milliseconds = (ContinuousClock.now - start) / .milliseconds(1)
    }
    return milliseconds
  }

  private func take(_ message: Message) { store.send(message, now: 0).forEach(effects.run) }

  private func settle() {
    while true {
      mailbox.take().forEach(take)
      if !store.model.isBusy, mailbox.isEmpty { return }
      arrivals.wait()
    }
  }
}
