import Captioning
import Foundation

/// Where attention lies, in words.
enum AttentionWords {
  private static let regions = [
    "upper left", "top", "upper right", "left", "centre", "right", "lower left", "bottom", "lower right",
  ]

  /// Such as "upper left, 43 percent" or, where no ninth of the picture has much more than the others, "all over".
  static func place(_ map: AttentionMap) -> String {
    let shares = shares(map)
    let most = shares.indices.max { shares[$0] < shares[$1] }!
    // An even map gives each a ninth.
    guard shares[most] >= 0.2 else {
      return shares[most] < 0.13 ? "all over" : "all over, most of it \(regions[most]), \(percent(shares[most]))"
    }
    var text = "\(regions[most]), \(percent(shares[most]))"
    let rest = shares.indices.filter { $0 != most && shares[$0] >= 0.2 }.sorted { shares[$0] > shares[$1] }
    for region in rest.prefix(2) { text += "; \(regions[region]), \(percent(shares[region]))" }
    return text
  }

  /// How much of the attention each ninth of the picture has; cells on a border are divided.
  static func shares(_ map: AttentionMap) -> [Float] {
    let (across, down) = (parts(map.columns), parts(map.rows))
    var shares = [Float](repeating: 0, count: 9)
    for row in 0..<map.rows {
      for column in 0..<map.columns {
        let value = map.values[row * map.columns + column]
        for region in 0..<9 { shares[region] += value * down[row][region / 3] * across[column][region % 3] }
      }
    }
    return shares
  }

  /// For each of `count` cells along an axis, how much of it lies in the first, middle and last third.
  private static func parts(_ count: Int) -> [[Float]] {
    (0..<count).map { cell in
      (0..<3).map { third in
        let (from, to) = (Float(third * count) / 3, Float((third + 1) * count) / 3)
        return max(0, min(to, Float(cell + 1)) - max(from, Float(cell)))
      }
    }
  }

  private static func percent(_ share: Float) -> String { "\(Int((share * 100).rounded())) percent" }
}
