/// Keys from bytes and the time they come at.
struct TerminalInput {
  /// How long to wait for more, in milliseconds.
  struct Patience: Equatable {
    /// After Esc: longer, and Esc seems slow; shorter, and sequences cut up on their way are taken for keys.
    var escape: Int
    /// Within a sequence.
    var sequence = 1000
    /// Within pasted text: its end may be long in coming, but not never.
    var paste = 5000

    /// As ncurses: ESCDELAY is heeded. Without it, more time where bytes come over a network.
    init(environment: [String: String]) {
      let isRemote = ["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"].contains { environment[$0]?.isEmpty == false }
      let wanted = environment["ESCDELAY"].flatMap { Int($0) }.flatMap { (0...30_000).contains($0) ? $0 : nil }
      escape = wanted ?? (isRemote ? 100 : 25)
      sequence = max(sequence, escape)
    }
  }

  private var parser: KeyParser
  private let patience: Patience
  private var keys: [Key] = []
  private var deadline: Int?

  init(known: [[UInt8]: Key], patience: Patience) {
    parser = KeyParser(known: known)
    self.patience = patience
  }

  /// The next key that is complete.
  mutating func next() -> Key? { keys.isEmpty ? nil : keys.removeFirst() }

  /// Takes bytes in that were read just now. However late, they go on with what was begun: they may have lain ready
  /// since long before.
  mutating func take(_ bytes: some Sequence<UInt8>, now: Int) {
    for byte in bytes { keys += parser.feed(byte) }
    deadline =
      switch parser.pending {
      case .nothing: nil
      case .escape: now + patience.escape
      case .sequence: now + patience.sequence
      case .paste: now + patience.paste
      }
  }

  /// Decides what was left open, if it was for long enough. Call when there is nothing to read.
  mutating func passTime(to now: Int) {
    guard let end = deadline, now >= end else { return }
    keys += parser.endWait()
    deadline = nil
  }

  /// Milliseconds after which `passTime` has something to do; nil when it never has.
  func wait(now: Int) -> Int? { deadline.map { max(0, $0 - now) } }
}
