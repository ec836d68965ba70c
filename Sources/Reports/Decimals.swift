import Foundation

/// Numbers for people.
package enum Decimals {
  package static func text(_ value: some BinaryFloatingPoint, _ places: Int) -> String {
    let text = String(format: "%.\(places)f", Double(value))
    // To a reader there is no minus zero.
    let isZero = text.allSatisfy { "-0.".contains($0) }
    return isZero && text.hasPrefix("-") ? String(text.dropFirst()) : text
  }

  /// `0.914` as `91 %`; what would round to nothing keeps a digit, as in `0.04 %`.
  package static func percent(_ share: Float) -> String {
    let percent = Double(share) * 100
    return text(percent, percent >= 9.95 ? 0 : percent >= 0.095 ? 1 : 2) + " %"
  }
}
