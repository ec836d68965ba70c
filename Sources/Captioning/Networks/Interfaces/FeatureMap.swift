import Tensors

/// What an encoder makes of B photos: a vector for each region of a photo and, where the network has them, vectors of the
/// whole.
public struct FeatureMap: Sendable {
  /// `[B, rows, columns, C]`; rows and columns are any numbers from 1.
  public let regions: Tensor
  /// `[B, G, C]`: vectors that belong to no place, as a vision transformer's class token; nil where there are none.
  public let global: Tensor?

  public init(regions: Tensor, global: Tensor? = nil) {
    precondition(regions.shape.count == 4, "a feature map of shape \(regions.shape), expected [B, rows, columns, C]")
    self.regions = regions
    self.global = global
  }

  /// B.
  public var photos: Int { regions.shape[0] }
  public var rows: Int { regions.shape[1] }
  public var columns: Int { regions.shape[2] }
  /// C.
  public var channels: Int { regions.shape[3] }

  /// The regions in a row, `[B, N, C]` with N = rows · columns.
  package var sequence: Tensor { regions.reshaped([photos, rows * columns, channels]) }

  /// That of one photo.
  package func photo(_ index: Int) -> FeatureMap {
    func part(_ tensor: Tensor) -> Tensor {
      let one = Tensor(uninitialized: [1] + tensor.shape.dropFirst())
      one.pointer.update(from: tensor.pointer + index * one.count, count: one.count)
      return one
    }
    return photos == 1 ? self : FeatureMap(regions: part(regions), global: global.map(part))
  }

  /// One photo's with the mean of all its regions in place of some.
  /// - Parameter hidden: row-major.
  package func hiding(_ hidden: [Int]) -> FeatureMap {
    let mean = meanOfRegions(sequence)
    let changed = regions.copy()
    for region in hidden { (changed.pointer + region * channels).update(from: mean.pointer, count: channels) }
    return FeatureMap(regions: changed, global: global)
  }

  /// One photo's with some of its regions alone, all in one row.
  /// - Parameter kept: row-major, at least one.
  func keeping(_ kept: [Int]) -> FeatureMap {
    let some = Tensor(uninitialized: [1, 1, kept.count, channels])
    for (place, region) in kept.enumerated() {
      (some.pointer + place * channels).update(from: regions.pointer + region * channels, count: channels)
    }
    return FeatureMap(regions: some, global: global)
  }
}
