/// Regions of a photo that a network is kept from looking at.
public struct HiddenRegions: Sendable, Hashable {
  /// How they are hidden.
  public enum Way: String, Sendable, CaseIterable {
    /// The decoder cannot attend to them. Nothing else is changed: the mean of all regions that it may begin from has
    /// them, and the encoder saw the whole photo, so that regions beside them, and a class token, may tell of them.
    case attention
    /// The photo is covered there in its mean colour and encoded anew.
    case photo
  }

  public let way: Way
  /// What the photo is divided into.
  public let rows: Int
  public let columns: Int
  /// Row-major, rising; at least one, and not all.
  public let regions: [Int]

  /// - Parameters:
  ///   - regions: row-major, in any order.
  ///   - rows: that the photo is divided into.
  ///   - columns: that the photo is divided into.
  ///   - way: how they are hidden.
  ///   - isInverted: whether all but these are hidden.
  /// - Throws: `CaptioningError.badOption` where none would be hidden, or all, or there are no such regions.
  public init(
    _ regions: some Sequence<Int>, rows: Int, columns: Int, way: Way, isInverted: Bool = false
  ) throws(CaptioningError) {
    let named = Set(regions)
    let hidden = (0..<rows * columns).filter { named.contains($0) != isInverted }
    guard named.allSatisfy((0..<rows * columns).contains) else {
      throw .badOption("hidden cells: expected some of \(rows)×\(columns)")
    }
    guard !hidden.isEmpty, hidden.count < rows * columns else {
      throw .badOption("hidden cells: \(hidden.count) of \(rows * columns), expected some, and some left")
    }
    (self.way, self.rows, self.columns, self.regions) = (way, rows, columns, hidden)
  }

  /// The regions that are not hidden, rising.
  public var kept: [Int] {
    let hidden = Set(regions)
    return (0..<rows * columns).filter { !hidden.contains($0) }
  }
}
