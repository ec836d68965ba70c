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

  /// The numbers of the names that contain `text` in lower case, ascending.
  package func matches(_ text: String) -> [Int] {
    let text = text.lowercased().utf8CString
    // A name is followed by a line end: no text without one reaches over two names.
    guard count > 0, text.count > 1, !text.contains(10) else { return [] }
    return bytes.withUnsafeBytes { bytes in
      text.withUnsafeBufferPointer { text in
        guard let start = bytes.bindMemory(to: CChar.self).baseAddress, let text = text.baseAddress else { return [] }
        var found: [Int] = []
        var from = 0
        while let match = strstr(start + from, text) {
          let name = name(at: start.distance(to: match))
          found.append(name)
          from = starts[name + 1]
        }
        return found
      }
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
