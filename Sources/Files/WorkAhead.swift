import Foundation

/// Values that threads of its own make a little before they are asked for, in the order in which their work was taken up.
/// One thread asks for them; any may stop it.
package final class WorkAhead<Value: Sendable>: Sendable {
  /// Makes a value.
  package typealias Work = @Sendable () -> Value

  private let line: Line
  private let workers: [Worker]

  /// What the threads share, and hold on to, so that one that waits for input keeps nobody. `@unchecked Sendable`: what
  /// changes is touched with `condition` locked.
  private final class Line: @unchecked Sendable {
    private let ahead: Int
    private let take: @Sendable () -> Work?
    /// Held while work is taken up, which may take as long as somebody types.
    private let turn = NSLock()
    private let condition = NSCondition()
    /// Made and not asked for, by their places.
    private var made: [Int: Value] = [:]
    /// How much work was taken up, and how many values were given out.
    private var (begun, given) = (0, 0)
    /// Whether no more work will be taken up.
    private var isAtEnd = false
    private var isStopped = false

    init(ahead: Int, take: @escaping @Sendable () -> Work?) { (self.ahead, self.take) = (ahead, take) }

    /// What a thread does.
    func work() {
      while let (place, work) = takeUp() {
        let value = work()
        condition.lock()
        made[place] = value
        condition.broadcast()
        condition.unlock()
      }
    }

    /// Waits until there is room; nil at the end.
    private func takeUp() -> (place: Int, work: Work)? {
      turn.lock()
      defer { turn.unlock() }
      guard hasRoom() else { return nil }
      let work = take()
      condition.lock()
      defer { condition.unlock() }
      guard let work, !isStopped else {
        isAtEnd = true
        condition.broadcast()
        return nil
      }
      begun += 1
      return (begun - 1, work)
    }

    /// Whether there is anything to take up; waits for room for it.
    private func hasRoom() -> Bool {
      condition.lock()
      defer { condition.unlock() }
      while !isStopped, begun - given >= ahead { condition.wait() }
      return !isStopped && !isAtEnd
    }

    func next() throws(CancellationError) -> Value? {
      condition.lock()
      defer { condition.unlock() }
      while made[given] == nil, !isStopped, !(isAtEnd && given == begun) { condition.wait() }
      guard let value = made.removeValue(forKey: given) else {
        if isStopped { throw CancellationError() }
        return nil
      }
      given += 1
      condition.broadcast()
      return value
    }

    func stop() {
      condition.lock()
      isStopped = true
      condition.broadcast()
      condition.unlock()
    }
  }

  /// - Parameters:
  ///   - workers: threads, at least 1.
  ///   - ahead: values under way or made that were not asked for, at most.
  ///   - take: the work that makes the next value, nil at the end and from then on; called by one thread at a time.
  package init(workers count: Int = 1, ahead: Int, take: @escaping @Sendable () -> Work?) {
    let line = Line(ahead: ahead, take: take)
    self.line = line
    workers = (0..<count).map { _ in
      let worker = Worker(name: "gaze ahead")
      worker.submit { line.work() }
      return worker
    }
  }

  /// The threads end, each after the value it is at.
  deinit { line.stop() }

  /// The next value, nil at the end; waits for it.
  /// - Throws: once this is stopped and the values made before are given out.
  package func next() throws(CancellationError) -> Value? { try line.next() }

  /// Ends the wait for a value, whatever is read for it, and takes up no more work.
  package func stop() { line.stop() }
}
