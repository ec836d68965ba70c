import Foundation
import Terminal

/// Where results wait for the thread that owns the model. Safe to share: a lock guards what it holds.
package final class Mailbox: @unchecked Sendable {
  private let lock = NSLock()
  private var messages: [Message] = []
  private var waker: (any Waker)?

  private let note: (@Sendable (Message) -> Void)?

  /// - Parameter note: sees every message on its way, on the thread that sends it.
  package init(waker: (any Waker)? = nil, note: (@Sendable (Message) -> Void)? = nil) {
    self.waker = waker
    self.note = note
  }

  package func send(_ message: Message) {
    note?(message)
    lock.withLock { messages.append(message) }
    waker?.wake()
  }

  /// Everything that arrived since the last call, in order.
  func take() -> [Message] {
    lock.withLock {
      defer { messages.removeAll() }
      return messages
    }
  }

  var isEmpty: Bool { lock.withLock { messages.isEmpty } }
}
