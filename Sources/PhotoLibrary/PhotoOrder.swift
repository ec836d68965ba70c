/// In which order photos are listed; folders come before them, by name.
package enum PhotoOrder: Sendable, Equatable, CaseIterable {
  /// As people count: `2.jpg` before `10.jpg`.
  case name
  /// Changed last comes first.
  case newest
  /// Most bytes come first.
  case largest

  package var next: PhotoOrder {
    switch self {
    case .name: .newest
    case .newest: .largest
    case .largest: .name
    }
  }

  package var label: String {
    switch self {
    case .name: "by name"
    case .newest: "newest first"
    case .largest: "largest first"
    }
  }
}

/// The order of names, in lower-case UTF-8: by bytes, but runs of digits by their value.
enum NameOrder {
  static func precedes(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Bool {
    var (i, j) = (0, 0)
    while i < a.count, j < b.count {
      if isDigit(a[i]), isDigit(b[j]) {
        let (x, y) = (digits(a, &i), digits(b, &j))
        if x.count != y.count { return x.count < y.count }
        for place in 0..<x.count where a[x.lowerBound + place] != b[y.lowerBound + place] {
          return a[x.lowerBound + place] < b[y.lowerBound + place]
        }
      } else if a[i] != b[j] {
        return a[i] < b[j]
      } else {
        (i, j) = (i + 1, j + 1)
      }
    }
    return a.count - i < b.count - j
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }

  /// Where the digits from a place on are, without leading zeros.
  private static func digits(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> Range<Int> {
    var start = index
    while index < bytes.count, isDigit(bytes[index]) { index += 1 }
    while start < index, bytes[start] == 48 { start += 1 }
    return start..<index
  }
}
