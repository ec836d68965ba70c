/// Which colour pair stands for which two colours: ncurses draws pairs, a picture has thousands.
///
/// The table only grows until it is full; then it is emptied between two frames and everything is drawn anew, because
/// a pair that is redefined while it is on the screen changes what is shown.
struct PairTable {
  /// Two colour numbers; −1 is the terminal's own.
  struct Colors: Hashable {
    var foreground: Int32
    var background: Int32
  }

  /// A pair and whether its colours are to be swapped by reverse video.
  struct Entry: Equatable {
    var pair: Int32
    var reversed: Bool
  }

  /// Pairs 1…capacity may be defined.
  let capacity: Int
  private var pairs: [Colors: Int32] = [:]
  /// Pairs to be told to ncurses, in order of their numbers.
  private(set) var undefined: [(pair: Int32, colors: Colors)] = []

  init(capacity: Int) { self.capacity = max(1, capacity) }

  var count: Int { pairs.count }

  /// Makes room for a frame's colours.
  /// - Returns: whether the table had to be emptied, after which the whole screen must be drawn.
  mutating func prepare(for colors: Set<Colors>) -> Bool {
    let new = Set(colors.map { canonical($0).colors }).filter { pairs[$0] == nil }
    guard pairs.count + new.count > capacity, !pairs.isEmpty else { return false }
    pairs.removeAll(keepingCapacity: true)
    undefined.removeAll()
    return true
  }

  /// The pair of two colours, newly numbered when there is room, else pair 0.
  mutating func entry(for colors: Colors) -> Entry {
    if colors.foreground < 0, colors.background < 0 { return Entry(pair: 0, reversed: false) }
    let (key, reversed) = canonical(colors)
    if let pair = pairs[key] { return Entry(pair: pair, reversed: reversed) }
    guard pairs.count < capacity else { return Entry(pair: 0, reversed: colors.background >= 0) }
    let pair = Int32(pairs.count + 1)
    pairs[key] = pair
    undefined.append((pair, key))
    return Entry(pair: pair, reversed: reversed)
  }

  /// Hands over the pairs that ncurses does not know yet.
  mutating func takeUndefined() -> [(pair: Int32, colors: Colors)] {
    defer { undefined.removeAll() }
    return undefined
  }

  /// Small tables (64 pairs on an 8-colour terminal) hold each two colours once, whichever is in front.
  private func canonical(_ colors: Colors) -> (colors: Colors, reversed: Bool) {
    guard capacity < 512, colors.foreground > colors.background, colors.background >= 0 else { return (colors, false) }
    return (Colors(foreground: colors.background, background: colors.foreground), true)
  }
}
