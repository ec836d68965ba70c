import Foundation
import Terminal

/// Where results wait for the thread that owns the model. Safe to share: a lock guards what it holds.
final class Mailbox: @unchecked Sendable {
  private let lock = NSLock()
  private var messages: [Message] = []
  private var waker: (any Waker)?

  init(waker: (any Waker)? = nil) { self.waker = waker }

  func send(_ message: Message) {
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
