/// Finds the longest match of several patterns at once.
///
/// The states that matter are made when a text first needs them (a nondeterministic automaton made deterministic
/// lazily), so that each symbol after that costs a look into a table.
struct SymbolAutomaton {
  private struct Node {
    var moves: [(symbols: SymbolSet, target: Int)] = []
    var free: [Int] = []
    /// The pattern that ends here.
    var pattern: Int?
  }

  /// The nodes a text may have led to, those alone that have moves or end a pattern.
  private struct State {
    let nodes: [Int]
    /// The first of the patterns that end here.
    let pattern: Int?
    /// The state after each symbol; `none` where no pattern goes on, `unknown` where nobody asked yet.
    var next = [Int32](repeating: unknown, count: 192)
  }

  private static let unknown: Int32 = -2
  private static let none: Int32 = -1

  private var nodes = [Node()]
  private var states: [State] = []
  private var numbers: [[Int]: Int32] = [:]

  /// - Parameter patterns: the patterns; of those that match equally far, the earlier one is meant.
  init(_ patterns: [SymbolPattern]) {
    for (number, pattern) in patterns.enumerated() { nodes[add(pattern, after: 0)].pattern = number }
    _ = state(reaching: [0])
  }

  /// The longest match that begins at `start`: the pattern's number and where it ends.
  mutating func longestMatch(in text: [UInt8], from start: Int) -> (pattern: Int, end: Int)? {
    var match: (pattern: Int, end: Int)?
    var state: Int32 = 0
    for position in start..<text.count {
      state = self.state(after: state, text[position])
      if state == Self.none { break }
      if let pattern = states[Int(state)].pattern { match = (pattern, position + 1) }
    }
    return match
  }

  /// Every place at or before `limit` where a match that begins at `start` ends, in order.
  mutating func ends(in text: [UInt8], from start: Int, limit: Int) -> [Int] {
    var ends = states[0].pattern == nil ? [] : [start]
    var state: Int32 = 0
    for position in start..<limit {
      state = self.state(after: state, text[position])
      if state == Self.none { break }
      if states[Int(state)].pattern != nil { ends.append(position + 1) }
    }
    return ends
  }

  // MARK: - Nodes

  private mutating func addNode() -> Int {
    nodes.append(Node())
    return nodes.count - 1
  }

  /// Adds `pattern` behind a node, and returns the node at its end.
  private mutating func add(_ pattern: SymbolPattern, after start: Int) -> Int {
    switch pattern {
    case .one(let symbols):
      let end = addNode()
      nodes[start].moves.append((symbols, end))
      return end
    case .sequence(let parts):
      // A node of its own, since what stands behind `start` may not be mixed with what is added later.
      let first = addNode()
      nodes[start].free.append(first)
      return parts.reduce(first) { add($1, after: $0) }
    case .choice(let options):
      let ends = options.map { add($0, after: start) }
      let end = addNode()
      for option in ends { nodes[option].free.append(end) }
      return end
    case .repeated(let pattern, let low, let high):
      return addRepeated(pattern, low: low, high: high, after: start)
    }
  }

  private mutating func addRepeated(_ pattern: SymbolPattern, low: Int, high: Int?, after start: Int) -> Int {
    var last = addNode()
    nodes[start].free.append(last)
    for _ in 0..<low { last = add(pattern, after: last) }
    let end = addNode()
    guard let high else {
      let loop = addNode()
      nodes[last].free.append(loop)
      let back = add(pattern, after: loop)
      nodes[back].free.append(loop)
      nodes[loop].free.append(end)
      return end
    }
    nodes[last].free.append(end)
    for _ in low..<high {
      last = add(pattern, after: last)
      nodes[last].free.append(end)
    }
    return end
  }

  // MARK: - States

  private mutating func state(after state: Int32, _ symbol: UInt8) -> Int32 {
    let known = states[Int(state)].next[Int(symbol)]
    if known != Self.unknown { return known }
    let targets = states[Int(state)].nodes.flatMap { node in
      nodes[node].moves.lazy.filter { $0.symbols.contains(symbol) }.map(\.target)
    }
    let next = targets.isEmpty ? Self.none : self.state(reaching: targets)
    states[Int(state)].next[Int(symbol)] = next
    return next
  }

  private mutating func state(reaching targets: [Int]) -> Int32 {
    var seen = Set(targets)
    var waiting = targets
    while let node = waiting.popLast() { waiting += nodes[node].free.filter { seen.insert($0).inserted } }
    let reached = seen.filter { !nodes[$0].moves.isEmpty || nodes[$0].pattern != nil }.sorted()
    if let number = numbers[reached] { return number }
    let number = Int32(states.count)
    numbers[reached] = number
    states.append(State(nodes: reached, pattern: reached.compactMap { nodes[$0].pattern }.min()))
    return number
  }
}
