import Dispatch
import Foundation

/// Turns Ctrl-C and a polite kill into a flag that long work asks for, so that it can finish its step and save.
final class InterruptFlag: @unchecked Sendable {
  // @unchecked: `raised` is only touched with `lock` held.
  private let lock = NSLock()
  private var raised = false
  private var sources: [any DispatchSourceSignal] = []

  init() {
    for number in [SIGINT, SIGTERM, SIGHUP] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { [weak self] in self?.raise() }
      source.resume()
      sources.append(source)
    }
  }

  var isRaised: Bool { lock.withLock { raised } }

  private func raise() { lock.withLock { raised = true } }
}
