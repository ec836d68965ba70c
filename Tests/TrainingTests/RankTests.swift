import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Captioning
@testable import Raster
@testable import Tensors
@testable import Training
@testable import WeightFiles

@Suite("Ranks that share each batch train the network that one process trains") struct RankTests {
  /// A world with a frozen encoder, and what a run in it is begun with.
  private static func world(_ change: (inout TrainingOptions) -> Void) throws -> TrainerTests.World {
    var world = try TrainerTests.World()
    var weights = RandomWeights(seed: 5)
    let encoder = try CompactEncoder(world.options.shape, weights: &weights)
    let description = ModelDescription(encoder: world.options.encoderDescription, provenance: [:])
    try writeSafetensors(
      exported(encoder.parameters, encoder.statistics), metadata: description.metadata,
      to: world.path("encoder.safetensors"))
    world.options.batch = 5
    world.options.epochs = 25
    (world.options.dropout, world.options.gridDropout, world.options.mapEntropy) = (0.2, 0.1, 0.01)
    change(&world.options)
    return world
  }

  private static func trainer(_ world: TrainerTests.World, _ output: String, resumes: Bool = false) throws -> Trainer {
    let cache = world.path("cache-\(output)")
    if resumes {
      return try Trainer(
        resuming: world.path(output), dataset: { _, _ in (world.photos, world.photos) }, cacheFolder: cache,
        provenance: [:])
    }
    let start = StartingPoint(encoder: try StartingWeights(path: world.path("encoder.safetensors")), decoder: nil)
    var options = world.options
    try options.adopt(start, freezesEncoder: true)
    return try Trainer(
      options: options, vocabulary: world.vocabulary, start: start, training: world.photos, validation: world.photos,
      output: world.path(output), cacheFolder: cache, provenance: [:])
  }

  /// What a rank was told of its steps.
  private struct Told: Sendable {
    var losses: [Double] = []
    var norms: [Float] = []
    var words: [Int] = []
    var error: String?
  }

  /// Runs a training on so many ranks, each a thread.
  /// - Parameter stop: after which step one of the ranks is asked to stop.
  private static func run(
    _ world: TrainerTests.World, _ output: String, ranks count: Int, resumes: Bool = false, stop: Int? = nil
  ) async throws -> [Told] {
    let meeting = RankMeeting(count: count)
    return try await withThrowingTaskGroup(of: (Int, Told).self) { group in
      for rank in 0..<count {
        group.addTask {
          await withCheckedContinuation { continuation in
            Thread { continuation.resume(returning: (rank, told(rank))) }.start()
          }
        }
      }
      var all = [Told](repeating: Told(), count: count)
      for try await (rank, told) in group { all[rank] = told }
      return all
    }
    @Sendable func told(_ rank: Int) -> Told {
      var told = Told()
      do {
        let trainer = try trainer(world, output, resumes: resumes)
        trainer.ranks = count == 1 ? SingleRank() : MeetingRank(rank, meeting)
        try ThreadPool(threads: 1).use {
          _ = try trainer.run(shouldStop: { rank == count - 1 && told.losses.count == stop }) { event in
            guard case .step(let step) = event else { return }
            told.losses.append(step.loss)
            told.norms.append(step.gradientNorm)
            told.words.append(step.words)
          }
        }
      } catch {
        told.error = "\(error)"
        meeting.leave()
      }
      return told
    }
  }

  @Test("losses, gradients and words of fifty steps are those of one process", arguments: [2, 3, 7])
  func parity(count: Int) async throws {
    let world = try Self.world { _ in }
    defer { world.remove() }
    let alone = try await Self.run(world, "alone.safetensors", ranks: 1)[0]
    let ranks = try await Self.run(world, "ranks.safetensors", ranks: count)
    #expect(alone.losses.count == 50 && alone.error == nil)
    for told in ranks {
      #expect(told.error == nil && told.losses.count == 50 && told.words == alone.words)
      for (own, other) in zip(told.losses, alone.losses) { #expect(abs(own - other) <= 1e-5) }
      for (own, other) in zip(told.norms, alone.norms) { #expect(abs(own - other) <= 1e-4 * max(1, other)) }
    }
    let again = try await Self.run(world, "again.safetensors", ranks: count)
    #expect(again.map(\.losses) == ranks.map(\.losses), "runs on as many ranks are the same bit for bit")
    try expectSameRun(world.path("ranks.safetensors"), world.path("again.safetensors"))
  }

  @Test("the notebook's loss too") func notebook() async throws {
    let world = try Self.world {
      $0.loss = .notebook
      $0.epochs = 5
    }
    defer { world.remove() }
    let alone = try await Self.run(world, "alone.safetensors", ranks: 1)[0]
    let ranks = try await Self.run(world, "ranks.safetensors", ranks: 2)
    #expect(alone.losses.count == 10 && ranks[0].losses.count == 10)
    for (own, other) in zip(ranks[0].losses, alone.losses) { #expect(abs(own - other) <= 1e-5) }
  }

  @Test("a photo that cannot be read is left out by all") func unreadable() async throws {
    let world = try Self.world { $0.epochs = 3 }
    defer { world.remove() }
    let photo = URL(fileURLWithPath: world.path("3.png").string)
    let bytes = try Data(contentsOf: photo)
    try bytes.prefix(bytes.count / 2).write(to: photo)
    let alone = try await Self.run(world, "alone.safetensors", ranks: 1)[0]
    let ranks = try await Self.run(world, "ranks.safetensors", ranks: 3)
    for told in ranks {
      #expect(told.error == nil && told.words == alone.words)
      for (own, other) in zip(told.losses, alone.losses) { #expect(abs(own - other) <= 1e-5) }
    }
  }

  @Test("a run that any rank was asked to stop goes on with another number of ranks") func resuming() async throws {
    let world = try Self.world { $0.epochs = 5 }
    defer { world.remove() }
    let alone = try await Self.run(world, "alone.safetensors", ranks: 1)[0]
    let first = try await Self.run(world, "parts.safetensors", ranks: 2, stop: 3)
    #expect(first.map(\.losses.count) == [3, 3])
    let second = try await Self.run(world, "parts.safetensors", ranks: 3, resumes: true, stop: 4)
    let third = try await Self.run(world, "parts.safetensors", ranks: 1, resumes: true)
    let parts = first[0].losses + second[0].losses + third[0].losses
    #expect(parts.count == 10 && alone.losses.count == 10)
    for (own, other) in zip(parts, alone.losses) { #expect(abs(own - other) <= 1e-5) }
  }

  @Test("each rank keeps the feature maps of its own photos alone") func caches() async throws {
    let world = try Self.world { $0.epochs = 1 }
    defer { world.remove() }
    _ = try await Self.run(world, "w.safetensors", ranks: 3)
    let folder = world.path("cache-w.safetensors")
    let records = try (0..<3).map { rank in
      let names = try #require(folder.appending("rank-\(rank)-of-3").names)
      let index = try #require(names.first { $0.string.hasSuffix(".index") })
      let file = folder.appending("rank-\(rank)-of-3").appending(index)
      return try String(contentsOfFile: file.string, encoding: .utf8).split(separator: "\n").count - 1
    }
    // Two views of four photos each; rank 0 has the whole photos of the other eight, which it validates on.
    #expect(records == [16, 8, 8])
  }

  @Test("what ranks cannot do together is refused") func refusals() async throws {
    let world = try TrainerTests.World()
    defer { world.remove() }
    let trainer = try world.trainer("w.safetensors")
    trainer.ranks = MeetingRank(0, RankMeeting(count: 2))
    let error = #expect(throws: CaptioningError.self) { try trainer.run() }
    #expect(error?.description.contains("2 ranks: expected a run on people's captions over a frozen encoder") == true)
  }
}

/// Threads that stand for ranks and sum what each brings.
///
/// `@unchecked Sendable`: all is touched with `condition` locked.
private final class RankMeeting: @unchecked Sendable {
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

/// A thread's rank.
private final class MeetingRank: RankGroup {
  let rank: Int
  var count: Int { meeting.count }
  private let meeting: RankMeeting

  init(_ rank: Int, _ meeting: RankMeeting) { (self.rank, self.meeting) = (rank, meeting) }

  func sum(_ numbers: UnsafeMutableBufferPointer<Float>) {
    let sums = meeting.sum(numbers.map(Double.init), rank: rank)
    for (index, sum) in sums.enumerated() where index < numbers.count { numbers[index] = Float(sum) }
  }

  func sum(_ numbers: UnsafeMutableBufferPointer<Double>) {
    let sums = meeting.sum(Array(numbers), rank: rank)
    for (index, sum) in sums.enumerated() where index < numbers.count { numbers[index] = sum }
  }
}
