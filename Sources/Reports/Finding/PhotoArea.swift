import Captioning

/// A rectangle of a photo in fractions of its width and height, and how much attention lies outside of it.
package struct PhotoArea: Sendable, Equatable {
  /// `0 ≤ left < right ≤ 1`, `0 ≤ top < bottom ≤ 1`; y downwards.
  package let left: Double
  package let top: Double
  package let right: Double
  package let bottom: Double

  /// Nil where that is no rectangle within the photo.
  package init?(left: Double, top: Double, right: Double, bottom: Double) {
    guard 0 <= left, left < right, right <= 1, 0 <= top, top < bottom, bottom <= 1 else { return nil }
    (self.left, self.top, self.right, self.bottom) = (left, top, right, bottom)
  }

  /// The middle half of each side, and the halves of the photo.
  package static let named: [(name: String, area: PhotoArea)] = [
    ("center", (0.25, 0.25, 0.75, 0.75)), ("left", (0, 0, 0.5, 1)), ("right", (0.5, 0, 1, 1)), ("top", (0, 0, 1, 0.5)),
    ("bottom", (0, 0.5, 1, 1)),
  ].map { ($0.0, PhotoArea(left: $0.1.0, top: $0.1.1, right: $0.1.2, bottom: $0.1.3)!) }

  /// From a name, or from `left,top,right,bottom`.
  package init?(_ text: String) {
    if let known = Self.named.first(where: { $0.name == text }) {
      self = known.area
      return
    }
    let sides = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
    guard sides.count == 4, let left = sides[0], let top = sides[1], let right = sides[2], let bottom = sides[3] else {
      return nil
    }
    self.init(left: left, top: top, right: right, bottom: bottom)
  }

  /// The share of a map's attention that lies outside, in [0, 1]; a cell that the border cuts counts by its part.
  package func shareOutside(_ map: AttentionMap) -> Double {
    func parts(_ count: Int, _ from: Double, _ to: Double) -> [Double] {
      (0..<count).map { max(0, min(Double($0 + 1), to * Double(count)) - max(Double($0), from * Double(count))) }
    }
    let (across, down) = (parts(map.columns, left, right), parts(map.rows, top, bottom))
    var inside = 0.0
    for row in 0..<map.rows where down[row] > 0 {
      for column in 0..<map.columns {
        inside += Double(map.values[row * map.columns + column]) * across[column] * down[row]
      }
    }
    return min(max(1 - inside, 0), 1)
  }
}
