import Synchronization
import Terminal

/// Where results wait for the thread that owns the model. Any thread may send.
package final class Mailbox: Sendable {
  private let messages = Mutex<[Message]>([])
  private let waker: (any Waker)?
  private let note: (@Sendable (Message) -> Void)?

  /// - Parameters:
  ///   - waker: wakes the thread that reads messages; nil where none waits.
  ///   - note: sees every message on its way, on the thread that sends it.
  package init(waker: (any Waker)? = nil, note: (@Sendable (Message) -> Void)? = nil) {
    self.waker = waker
    self.note = note
  }

  package func send(_ message: Message) {
    note?(message)
    messages.withLock { $0.append(message) }
    waker?.wake()
  }

  /// Everything that arrived since the last call, in order.
  func take() -> [Message] {
    messages.withLock { messages in
      defer { messages.removeAll() }
      return messages
    }
  }

  var isEmpty: Bool { messages.withLock(\.isEmpty) }
}
