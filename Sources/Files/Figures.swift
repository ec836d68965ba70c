import Foundation

/// How numbers are written for people: the same on screen, sheet and page, in plain lines and in text.
///
/// | what | written as |
/// |---|---|
/// | probability of a word, 0…1 | `0.868` |
/// | log-probability, natural logarithm | `-0.20` |
/// | share of a map or of a set, 0…1 | `8.9 %`, `24 %`, `0.04 %` |
/// | entropy, in bits | `4.58` |
/// | score of captions (BLEU, CIDEr …), loss | `0.1784` |
/// | size of a file, in bytes | `17.2 MB`, `512 bytes` |
/// | time, in seconds | `0:07`, `12:34`, `1:02:03` |
package enum Figures {
  /// A probability, 0…1, with three decimals.
  package static func probability(_ value: some BinaryFloatingPoint) -> String { fixed(value, 3) }

  /// A natural logarithm of a probability, with two decimals.
  package static func logProbability(_ value: some BinaryFloatingPoint) -> String { fixed(value, 2) }

  /// A share, 0…1, in percent; what would round to nothing keeps a digit, as in `0.04 %`.
  package static func share(_ value: some BinaryFloatingPoint) -> String {
    let percent = Double(value) * 100
    return fixed(percent, percent >= 9.95 ? 0 : percent >= 0.095 ? 1 : 2) + " %"
  }

  /// An entropy in bits, with two decimals; whole numbers are written as such.
  package static func bits(_ value: Double) -> String {
    let text = fixed(value, 2)
    return text.hasSuffix(".00") ? String(text.dropLast(3)) : text
  }

  /// A score of captions or a loss, with four decimals.
  package static func score(_ value: Double) -> String { fixed(value, 4) }

  /// The size of a file, in units of thousands.
  package static func bytes(_ count: Int) -> String {
    let units = ["kB", "MB", "GB", "TB"]
    guard count >= 1000 else { return "\(count) bytes" }
    var (value, unit) = (Double(count) / 1000, 0)
    while value >= 999.95, unit < units.count - 1 { (value, unit) = (value / 1000, unit + 1) }
    return "\(fixed(value, 1)) \(units[unit])"
  }

  /// A time in seconds as minutes and seconds, with hours where there are any.
  package static func duration(_ seconds: Double) -> String {
    let whole = Int(min(max(seconds.rounded(), 0), 1e9))
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let minutes = whole / 60 % 60
    return whole >= 3600 ? "\(whole / 3600):\(two(minutes)):\(two(whole % 60))" : "\(minutes):\(two(whole % 60))"
  }

  /// A number with so many decimals; there is no minus zero.
  package static func fixed(_ value: some BinaryFloatingPoint, _ places: Int) -> String {
    let text = String(format: "%.\(places)f", Double(value))
    let isZero = text.allSatisfy { "-0.".contains($0) }
    return isZero && text.hasPrefix("-") ? String(text.dropFirst()) : text
  }
}
