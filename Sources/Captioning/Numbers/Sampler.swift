import Tensors

#if canImport(Glibc)
  import Glibc
#endif

/// Draws words from logits, as the notebook does: the k largest, divided by the temperature, softmax, draw.
///
/// Forbidden tokens are taken out before the k largest are chosen, so that k words are always left to draw from; the
/// log-probability stays that of the full softmax, forbidden tokens included. A logit that is not a number counts as −∞.
public struct Sampler: Sendable {
  /// One drawn word.
  public struct Draw: Sendable, Equatable {
    public let token: Int
    /// Under the distribution drawn from, in [0, 1].
    public let probability: Float
    /// Natural logarithm, under the softmax of all logits at temperature 1.
    public let logProbability: Float
    /// The likeliest tokens with their probabilities under the distribution drawn from, best first, at most ten.
    public let alternatives: [Alternative]
  }

  public struct Alternative: Sendable, Equatable {
    public let token: Int
    public let probability: Float
  }

  /// How many alternatives a draw reports at most.
  static let reported = 10

  public init() {}

  /// Draws one token.
  /// - Parameters:
  ///   - logits: `[V]`.
  ///   - topK: ≥ 1; more than there are tokens means all of them. 1 always takes the largest logit.
  ///   - temperature: > 0.
  ///   - forbidden: tokens that must not be drawn; fewer than V.
  ///   - random: advanced by one number, whatever is drawn.
  public func draw(
    logits: UnsafeBufferPointer<Float>, topK: Int, temperature: Float, forbidden: [Int], random: inout RandomSource
  ) -> Draw {
    let candidates = Sampler.largest(topK, of: logits, forbidden: forbidden)
    precondition(!candidates.isEmpty, "every token is forbidden")
    let probabilities = Sampler.softmax(candidates.map { Sampler.usable(logits[$0]) }, temperature: temperature)
    let index = Sampler.index(at: random.uniform(), in: probabilities)
    let token = candidates[index]
    return Draw(
      token: token, probability: Float(probabilities[index]),
      logProbability: Float(Double(Sampler.usable(logits[token])) - Sampler.logSumExp(logits)),
      alternatives: zip(candidates, probabilities).prefix(Sampler.reported).map {
        Alternative(token: $0, probability: Float($1))
      })
  }

  /// The `count` tokens with the largest logits, largest first; of equal ones the lower token first.
  /// - Parameters:
  ///   - count: at least 1; fewer come back where there are fewer.
  ///   - logits: `[V]`.
  ///   - forbidden: tokens left out.
  public static func largest(_ count: Int, of logits: UnsafeBufferPointer<Float>, forbidden: [Int] = []) -> [Int] {
    precondition(count >= 1, "at least one token must be asked for")
    var best = WorstFirstHeap(capacity: min(count, logits.count))
    for token in logits.indices where best.admits(logits[token]) && !forbidden.contains(token) {
      best.insert(token, logits[token])
    }
    return best.sorted()
  }

  /// A token's place by falling logit, from 1; of equal ones the lower token comes first.
  /// - Parameters:
  ///   - token: less than V.
  ///   - logits: `[V]`.
  ///   - forbidden: tokens that have no place among the others; no token twice.
  public static func rank(of token: Int, in logits: UnsafeBufferPointer<Float>, forbidden: [Int] = []) -> Int {
    let own = usable(logits[token])
    var before = 0
    for logit in logits where logit > own { before += 1 }
    for other in 0..<token where usable(logits[other]) == own { before += 1 }
    for other in forbidden where usable(logits[other]) > own || (usable(logits[other]) == own && other < token) {
      before -= 1
    }
    return before + 1
  }

  /// ln Σ exp(logit) over all V logits.
  public static func logSumExp(_ logits: UnsafeBufferPointer<Float>) -> Double {
    var top = -Float.infinity
    for logit in logits where logit > top { top = logit }
    guard top.isFinite else { return Double(top) }
    var sum = 0.0
    for logit in logits where !logit.isNaN { sum += Double(expf(logit - top)) }
    return Double(top) + log(sum)
  }

  /// The softmax of `logits / temperature`; `logits` falls, so the first is the largest.
  static func softmax(_ logits: [Float], temperature: Float) -> [Double] {
    precondition(temperature > 0, "the temperature must be above zero")
    // A logit equal to the largest weighs 1 even when both are infinite.
    let weights = logits.map { $0 == logits[0] ? 1 : exp((Double($0) - Double(logits[0])) / Double(temperature)) }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }

  fileprivate static func usable(_ logit: Float) -> Float { logit.isNaN ? -.infinity : logit }

  /// Where the running sum of `probabilities` first exceeds `point` in [0, 1); never at a probability of zero.
  static func index(at point: Double, in probabilities: [Double]) -> Int {
    var sum = 0.0
    for (index, probability) in probabilities.enumerated() {
      sum += probability
      if point < sum { return index }
    }
    // Rounding left the sum just below 1.
    return probabilities.lastIndex { $0 > 0 } ?? 0
  }
}

/// The best few of many tokens, kept in a binary heap with the worst on top, where the next better one replaces it.
private struct WorstFirstHeap {
  private struct Entry {
    let token: Int
    let logit: Float

    /// Whether this one is to be given up before `other`.
    func isWorse(than other: Entry) -> Bool {
      logit != other.logit ? logit < other.logit : token > other.token
    }
  }

  private let capacity: Int
  private var entries: [Entry] = []

  init(capacity: Int) {
    self.capacity = capacity
    entries.reserveCapacity(capacity)
  }

  /// Whether a token later than all before, with this logit, would be kept.
  func admits(_ logit: Float) -> Bool { entries.count < capacity || logit > entries[0].logit }

  mutating func insert(_ token: Int, _ logit: Float) {
    let entry = Entry(token: token, logit: Sampler.usable(logit))
    if entries.count < capacity {
      entries.append(entry)
      siftUp(entries.count - 1)
    } else {
      entries[0] = entry
      siftDown(0)
    }
  }

  func sorted() -> [Int] { entries.sorted { $1.isWorse(than: $0) }.map(\.token) }

  private mutating func siftUp(_ start: Int) {
    var child = start
    while child > 0 {
      let parent = (child - 1) / 2
      guard entries[child].isWorse(than: entries[parent]) else { return }
      entries.swapAt(child, parent)
      child = parent
    }
  }

  private mutating func siftDown(_ start: Int) {
    var parent = start
    while true {
      var worst = parent
      for child in stride(from: 2 * parent + 1, to: min(2 * parent + 3, entries.count), by: 1)
      where entries[child].isWorse(than: entries[worst]) {
        worst = child
      }
      if worst == parent { return }
      entries.swapAt(parent, worst)
      parent = worst
    }
  }
}
