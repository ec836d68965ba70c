/// Keeps the values used last, as many as weigh no more than `capacity` together.
struct BoundedCache<Key: Hashable, Value> {
  let capacity: Int
  private var entries: [Key: Entry] = [:]
  private var uses = 0
  /// What all values weigh.
  private(set) var weight = 0

  fileprivate struct Entry {
    let value: Value
    let weight: Int
    var used: Int
  }

  /// - Parameter capacity: in whatever unit `insert` weighs values; at least 1.
  init(capacity: Int) { self.capacity = max(1, capacity) }

  var count: Int { entries.count }
  var keys: some Collection<Key> { entries.keys }

  /// Looks without counting as a use.
  func peek(_ key: Key) -> Value? { entries[key]?.value }

  /// The value, which counts as used now.
  mutating func value(_ key: Key) -> Value? {
    guard let found = entries[key]?.value else { return nil }
    uses += 1
    entries[key]?.used = uses
    return found
  }

  /// Keeps a value and, where there is too much, lets go of those not used for longest. The newest always stays.
  mutating func insert(_ value: Value, for key: Key, weight: Int = 1) {
    remove(key)
    uses += 1
    entries[key] = Entry(value: value, weight: weight, used: uses)
    self.weight += weight
    while self.weight > capacity, count > 1, let oldest = entries.min(by: { $0.value.used < $1.value.used })?.key {
      remove(oldest)
    }
  }

  mutating func remove(_ key: Key) { if let old = entries.removeValue(forKey: key) { weight -= old.weight } }
}

extension BoundedCache: Sendable where Key: Sendable, Value: Sendable {}
extension BoundedCache.Entry: Sendable where Key: Sendable, Value: Sendable {}
