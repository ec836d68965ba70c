import Glibc

/// Many names in lower case, one after another in one piece of memory, so that all of them are searched in a moment.
package struct NameIndex: Sendable {
  /// The names, a line end after each, and a 0 at the end of all.
  private var bytes: [UInt8] = [0]
  /// Where each begins, and the end.
  private var starts = [0]

  var count: Int { starts.count - 1 }

  package init() {}

  package init(_ names: some Collection<String>) {
    starts.reserveCapacity(names.count + 1)
    for name in names { append(name) }
  }

  mutating func append(_ name: String) {
    bytes.removeLast()
    bytes.append(contentsOf: name.lowercased().utf8)
    bytes.append(10)
    starts.append(bytes.count)
    bytes.append(0)
  }

  /// The numbers of the names in the order of `NameOrder`; names that differ in case only keep theirs.
  func sorted() -> [Int] {
    bytes.withUnsafeBufferPointer { bytes in
      func name(_ index: Int) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: bytes[starts[index]..<(starts[index + 1] - 1)])
      }
      return (0..<count).sorted { a, b in
        if NameOrder.precedes(name(a), name(b)) { return true }
        return NameOrder.precedes(name(b), name(a)) ? false : a < b
      }
    }
  }

  /// The first name from a place on, or the last before and at it, that contains `text` in lower case; round the end.
  package func match(_ text: String, from start: Int, forward: Bool) -> Int? {
    guard count > 0, !text.isEmpty else { return nil }
    let text = Array(text.lowercased().utf8)
    let place = (start % count + count) % count
    if forward {
      return first(text, in: starts[place]..<starts[count]) ?? first(text, in: 0..<starts[place])
    }
    return last(text, in: 0..<starts[place + 1]) ?? last(text, in: starts[place + 1]..<starts[count])
  }

  private func first(_ text: [UInt8], in range: Range<Int>) -> Int? {
    offset(of: text, in: range).map(name(at:))
  }

  private func last(_ text: [UInt8], in range: Range<Int>) -> Int? {
    var found: Int?
    var from = range.lowerBound
    while let next = offset(of: text, in: from..<range.upperBound) {
      let name = name(at: next)
      (found, from) = (name, starts[name + 1])
    }
    return found
  }

  private func offset(of text: [UInt8], in range: Range<Int>) -> Int? {
    bytes.withUnsafeBytes { bytes in
      guard !range.isEmpty, let start = bytes.bindMemory(to: CChar.self).baseAddress,
        let found = strstr(start + range.lowerBound, text.map(CChar.init(bitPattern:)) + [0])
      else { return nil }
      let offset = start.distance(to: found)
      return offset + text.count <= range.upperBound ? offset : nil
    }
  }

  /// The name that a byte belongs to.
  private func name(at offset: Int) -> Int {
    var (low, high) = (0, count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if starts[middle] <= offset { low = middle } else { high = middle - 1 }
    }
    return low
  }
}
