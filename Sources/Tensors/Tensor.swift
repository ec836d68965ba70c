/// A dense, row-major array of 32-bit floats.
///
/// The letters of shapes, used throughout the package; every size is at least 1 unless said otherwise:
/// - `B` images in a batch; `H`, `W`, `C` rows, columns and channels of an image or feature map (always NHWC); `O` channels
///   of a convolution's output, `H′`, `W′` its rows and columns, `kh`, `kw` those of its kernel;
/// - `R` rows that a layer treats alike, such as the words of all sentences; `I`, `O` numbers of a row before and after it;
/// - `S` sequences, `T` steps of the longest; `V` words in the vocabulary; `D` width of the decoder;
/// - `N` regions of the feature map that attention chooses among (64 for an 8×8 map);
/// - `[m, k] · [k, n] = [m, n]` in products of matrices: A · B = C, k their depth.
///
/// A tensor is a reference to its storage: copying the value shares the numbers. Operations that write do so into a
/// tensor they were given or made themselves, so no two of them may write the same tensor at once.
///
/// `@unchecked Sendable`: the storage is plain memory whose lifetime is reference counted; the rule above, not the
/// compiler, keeps writers apart.
public struct Tensor: @unchecked Sendable {
  /// Sizes, outermost first. An empty shape is a scalar.
  public let shape: [Int]
  let storage: TensorStorage

  /// A tensor whose numbers are all `value`.
  public init(_ shape: [Int], repeating value: Float = 0) {
    self.init(uninitialized: shape)
    pointer.update(repeating: value, count: count)
  }

  /// A tensor whose numbers are whatever the memory held; for results that are written in full.
  public init(uninitialized shape: [Int]) {
    self.shape = shape
    storage = TensorStorage(count: shape.reduce(1, *))
  }

  /// A tensor with a copy of `values`, which must be as many as `shape` holds.
  public init(_ shape: [Int], _ values: [Float]) {
    precondition(shape.reduce(1, *) == values.count, "\(values.count) values do not fill the shape \(shape)")
    self.init(uninitialized: shape)
    values.withUnsafeBufferPointer { pointer.update(from: $0.baseAddress!, count: count) }
  }

  private init(shape: [Int], storage: TensorStorage) {
    self.shape = shape
    self.storage = storage
  }

  /// How many numbers there are.
  public var count: Int { shape.reduce(1, *) }

  /// The first number. Valid while this tensor, or a copy of it, is alive.
  public var pointer: UnsafeMutablePointer<Float> { storage.base }

  /// The numbers in row-major order, copied.
  public var values: [Float] { Array(UnsafeBufferPointer(start: pointer, count: count)) }

  /// The same numbers under another shape of the same count.
  public func reshaped(_ shape: [Int]) -> Tensor {
    precondition(shape.reduce(1, *) == count, "\(self.shape) cannot be seen as \(shape)")
    return Tensor(shape: shape, storage: storage)
  }

  /// A tensor with the same numbers in storage of its own.
  public func copy() -> Tensor {
    let result = Tensor(uninitialized: shape)
    result.pointer.update(from: pointer, count: count)
    return result
  }

  /// Sets every number to `value`.
  public func fill(_ value: Float) { pointer.update(repeating: value, count: count) }
}

extension Tensor {
  /// Chosen rows of `[R, D]`, in that order, repeated where asked for twice.
  public func rows(_ indices: [Int]) -> Tensor {
    let width = shape[1]
    let result = Tensor(uninitialized: [indices.count, width])
    for (target, source) in indices.enumerated() {
      (result.pointer + target * width).update(from: pointer + source * width, count: width)
    }
    return result
  }

  /// One row of `[R, D]`, there as long as the tensor is.
  public func row(_ index: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(start: pointer + index * shape[1], count: shape[1])
  }
}
