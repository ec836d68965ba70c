import Terminal

/// Keeps the values used last, at most `capacity` of them.
struct BoundedCache<Key: Hashable, Value> {
  let capacity: Int
  private var values: [Key: (value: Value, used: Int)] = [:]
  private var uses = 0

  init(capacity: Int) { self.capacity = max(1, capacity) }

  var count: Int { values.count }

  /// Looks without counting as a use.
  func peek(_ key: Key) -> Value? { values[key]?.value }

  /// The value, which counts as used now.
  mutating func value(_ key: Key) -> Value? {
    guard let found = values[key]?.value else { return nil }
    uses += 1
    values[key]?.used = uses
    return found
  }

  /// Keeps a value and, where there are too many, lets go of the one not used for longest.
  mutating func insert(_ value: Value, for key: Key) {
    uses += 1
    values[key] = (value, uses)
    if values.count > capacity, let oldest = values.min(by: { $0.value.used < $1.value.used })?.key {
      values[oldest] = nil
    }
  }

  mutating func remove(_ key: Key) { values[key] = nil }
}

extension BoundedCache: Sendable where Key: Sendable, Value: Sendable {}
