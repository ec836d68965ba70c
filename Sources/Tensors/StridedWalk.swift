/// The places of a tensor's numbers in row-major order, whatever order they lie in.
public struct StridedWalk {
  private let shape: [Int]
  private let strides: [Int]
  private var index: [Int]
  private var offset = 0

  /// - Parameters:
  ///   - shape: sizes, none 0.
  ///   - strides: numbers from one place to the next along each axis.
  public init(shape: [Int], strides: [Int]) {
    precondition(shape.count == strides.count, "\(strides.count) strides for \(shape)")
    (self.shape, self.strides) = (shape, strides)
    index = [Int](repeating: 0, count: shape.count)
  }

  /// Where the next number lies; after the last it begins anew.
  public mutating func next() -> Int {
    let place = offset
    for axis in shape.indices.reversed() {
      index[axis] += 1
      offset += strides[axis]
      if index[axis] < shape[axis] { break }
      offset -= shape[axis] * strides[axis]
      index[axis] = 0
    }
    return place
  }
}
