import Foundation
import SystemPackage
import Testing

@testable import Tensors
@testable import Training

/// Threads that stand for ranks and sum what each brings.
///
/// `@unchecked Sendable`: all is touched with `condition` locked.
final class RankMeeting: @unchecked Sendable {
  let count: Int
  private let condition = NSCondition()
  private var brought: [Int: [Double]] = [:]
  private var result: [Double] = []
  private var round = 0
  private var isOver = false

  init(count: Int) { self.count = count }

  func sum(_ numbers: [Double], rank: Int) -> [Double] {
    condition.lock()
    defer { condition.unlock() }
    brought[rank] = numbers
    let own = round
    if brought.count == count {
      #expect(Set(brought.values.map(\.count)).count == 1, "the ranks are at different sums")
      result = (0..<count).map { brought[$0]! }.reduce([Double](repeating: 0, count: numbers.count)) { total, next in
        zip(total, next).map { $0 + $1 }
      }
      brought = [:]
      round += 1
      condition.broadcast()
    }
    while round == own, !isOver { condition.wait() }
    return result
  }

  /// Lets the others go, where one has failed.
  func leave() {
    condition.lock()
    isOver = true
    condition.broadcast()
    condition.unlock()
  }
}

/// A thread's rank. What is begun is summed as it then was, and late, as by a slow network.
final class MeetingRank: RankGroup {
  let rank: Int
  var count: Int { meeting.count }
  private let meeting: RankMeeting
  private var begun: [(place: UnsafeMutableBufferPointer<Float>, numbers: [Float])] = []

  init(_ rank: Int, _ meeting: RankMeeting) { (self.rank, self.meeting) = (rank, meeting) }

  func sum(_ numbers: UnsafeMutableBufferPointer<Float>) {
    let sums = meeting.sum(numbers.map(Double.init), rank: rank)
    for (index, sum) in sums.enumerated() where index < numbers.count { numbers[index] = Float(sum) }
  }

  func sum(_ numbers: UnsafeMutableBufferPointer<Double>) {
    let sums = meeting.sum(Array(numbers), rank: rank)
    for (index, sum) in sums.enumerated() where index < numbers.count { numbers[index] = sum }
  }

  func beginSum(_ numbers: UnsafeMutableBufferPointer<Float>) { begun.append((numbers, Array(numbers))) }

  func finishSums() {
    for (place, numbers) in begun {
      _ = place.update(from: numbers)
      sum(place)
    }
    begun = []
  }
}

/// What a rank was told of its steps.
struct RankedRun: Sendable {
  var losses: [Double] = []
  var norms: [Float] = []
  /// Words learnt, or views looked at.
  var counts: [Int] = []
  var rewards: [Double] = []
  var distillation: [DistillationLosses] = []
  var error: String?

  private mutating func add(_ event: TrainingEvent) {
    switch event {
    case .step(let step):
      losses.append(step.loss)
      norms.append(step.gradientNorm)
      counts.append(step.words)
      if let reward = step.reward { rewards.append(reward) }
      if let losses = step.distillation { distillation.append(losses) }
    case .distilled(let step):
      losses.append(step.losses.sum)
      norms.append(step.gradientNorm)
      counts.append(step.views)
      distillation.append(step.losses)
    default: break
    }
  }

  /// Runs a training on so many ranks, each a thread.
  /// - Parameters:
  ///   - stop: after which step the last rank is asked to stop.
  ///   - make: the run, on a rank's own thread.
  static func runs(
    ranks count: Int, stop: Int? = nil, make: @escaping @Sendable (any RankGroup) throws -> any TrainingRun
  ) async throws -> [RankedRun] {
    let meeting = RankMeeting(count: count)
    return try await withThrowingTaskGroup(of: (Int, RankedRun).self) { group in
      for rank in 0..<count {
        group.addTask {
          await withCheckedContinuation { continuation in
            let thread = Thread { continuation.resume(returning: (rank, told(rank))) }
            thread.stackSize = 8 << 20
            thread.start()
          }
        }
      }
      var all = [RankedRun](repeating: RankedRun(), count: count)
      for try await (rank, told) in group { all[rank] = told }
      return all
    }
    @Sendable func told(_ rank: Int) -> RankedRun {
      var told = RankedRun()
      do {
        let ranks: any RankGroup = count == 1 ? SingleRank() : MeetingRank(rank, meeting)
        let run = try make(ranks)
        run.ranks = ranks
        try ThreadPool(threads: 1).use {
          _ = try run.run(shouldStop: { rank == count - 1 && told.losses.count == stop }) { told.add($0) }
        }
      } catch {
        told.error = "\(error)"
        meeting.leave()
      }
      return told
    }
  }

  /// Fifty steps on each number of ranks are those of one process, and two runs on the first number of them are the same
  /// bit for bit.
  /// - Parameter make: the run that writes a file of the given name.
  static func expectParity(
    of counts: [Int], steps: Int = 50, sourceLocation: SourceLocation = #_sourceLocation,
    make: @escaping @Sendable (_ output: String, any RankGroup) throws -> any TrainingRun
  ) async throws {
    let alone = try await runs(ranks: 1) { try make("alone.safetensors", $0) }[0]
    #expect(alone.losses.count == steps && alone.error == nil, sourceLocation: sourceLocation)
    for count in counts {
      let ranks = try await runs(ranks: count) { try make("ranks-\(count).safetensors", $0) }
      for told in ranks { told.expectSame(as: alone, sourceLocation: sourceLocation) }
      if count != counts[0] { continue }
      let again = try await runs(ranks: count) { try make("again-\(count).safetensors", $0) }
      #expect(
        again.map(\.losses) == ranks.map(\.losses), "runs on \(count) ranks differ", sourceLocation: sourceLocation)
    }
  }

  func expectSame(as alone: RankedRun, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(
      error == nil && losses.count == alone.losses.count && counts == alone.counts, sourceLocation: sourceLocation)
    func expectClose(_ own: [Double], _ others: [Double], _ what: String) {
      #expect(own.count == others.count, sourceLocation: sourceLocation)
      let most = zip(own, others).map { abs($0 - $1) / max(1, abs($1)) }.max() ?? 0
      #expect(most <= 1e-5, "\(what) differ by \(most)", sourceLocation: sourceLocation)
    }
    expectClose(losses, alone.losses, "losses")
    expectClose(rewards, alone.rewards, "rewards")
    expectClose(distillation.map(\.divergence), alone.distillation.map(\.divergence), "divergences")
    expectClose(distillation.map(\.grid), alone.distillation.map(\.grid), "errors of the grid")
    expectClose(distillation.map(\.pooled), alone.distillation.map(\.pooled), "errors of its mean")
    // Rounding grows from step to step, most of all where a unit comes to be above 0 or not.
    for (step, (own, other)) in zip(norms, alone.norms).enumerated() {
      let most: Float = step < 5 ? 1e-4 : 3e-2
      #expect(abs(own - other) <= most * max(1, other), "norms of step \(step + 1)", sourceLocation: sourceLocation)
    }
  }
}
