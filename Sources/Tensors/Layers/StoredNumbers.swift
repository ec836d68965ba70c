import CKernels

/// Numbers as a file holds them, in memory that something else keeps alive.
///
/// `@unchecked Sendable`: the bytes are only read.
public struct StoredNumbers: @unchecked Sendable {
  /// How a number is stored; all little-endian.
  public enum ElementType: Sendable {
    case float32, float16, bfloat16

    /// Bytes a number takes.
    public var size: Int { self == .float32 ? 4 : 2 }
  }

  public let count: Int
  let type: ElementType
  private let bytes: UnsafeRawBufferPointer
  private let owner: AnyObject
  /// Lets go of the memory they take, which are read from their file again if asked for; nil where that cannot be.
  let release: (@Sendable () -> Void)?

  /// - Parameters:
  ///   - bytes: `type.size` for each number, of any alignment. Floats that are not aligned are copied.
  ///   - type: how each number is stored.
  ///   - owner: keeps them in memory.
  ///   - release: tells the system that they need not stay in memory; they come back when they are read again.
  public init(
    _ bytes: UnsafeRawBufferPointer, _ type: ElementType, owner: AnyObject & Sendable,
    release: (@Sendable () -> Void)? = nil
  ) {
    (count, self.type) = (bytes.count / type.size, type)
    if type == .float32, let base = bytes.baseAddress, Int(bitPattern: base) % MemoryLayout<Float>.alignment != 0 {
      let copy = Tensor(uninitialized: [count])
      UnsafeMutableRawPointer(copy.pointer).copyMemory(from: base, byteCount: bytes.count)
      self.bytes = UnsafeRawBufferPointer(start: copy.pointer, count: bytes.count)
      (self.owner, self.release) = (copy.storage, nil)
    } else {
      (self.bytes, self.owner, self.release) = (bytes, owner, release)
    }
  }

  /// Those of a tensor.
  public init(_ tensor: Tensor) {
    (count, type, owner, release) = (tensor.count, .float32, tensor.storage, nil)
    bytes = UnsafeRawBufferPointer(start: tensor.pointer, count: tensor.count * 4)
  }

  /// The numbers themselves where they are floats.
  var floats: UnsafePointer<Float>? {
    type == .float32 ? bytes.baseAddress.map { UnsafePointer($0.assumingMemoryBound(to: Float.self)) } : nil
  }

  /// How the kernels call `type`.
  var kernelType: gaze_number_type {
    switch type {
    case .float32: GAZE_FLOAT32
    case .float16: GAZE_FLOAT16
    case .bfloat16: GAZE_BFLOAT16
    }
  }

  /// Where a number is; nil where there are none.
  func address(_ index: Int) -> UnsafeRawPointer? { bytes.baseAddress.map { $0 + index * type.size } }

  /// Some of the numbers as floats.
  public func copy(_ first: Int, _ count: Int, into target: UnsafeMutablePointer<Float>) {
    precondition(first >= 0 && count >= 0 && first + count <= self.count, "numbers outside what is stored")
    let part = UnsafeRawBufferPointer(rebasing: bytes[first * type.size..<(first + count) * type.size])
    switch type {
    case .float32: UnsafeMutableRawBufferPointer(start: target, count: part.count).copyMemory(from: part)
    case .float16: HalfPrecision.widen(part, into: target)
    case .bfloat16: HalfPrecision.widenBrain(part, into: target)
    }
  }
}
