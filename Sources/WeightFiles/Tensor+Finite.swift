import SystemPackage
import Tensors

extension Tensor {
  /// This tensor when all its numbers are finite: a network that holds others computes nonsense without an error.
  /// - Parameters:
  ///   - name: its own, for the error.
  ///   - path: that of the file it was read from.
  /// - Throws: `WeightFileError` naming the tensor.
  public func finite(_ name: String, in path: FilePath) throws(WeightFileError) -> Tensor {
    let bits = UnsafeRawPointer(pointer).assumingMemoryBound(to: UInt32.self)
    // Infinities and what is no number have the largest exponent; a maximum is taken of many numbers at once.
    var largest: UInt32 = 0
    for index in 0..<count { largest = max(largest, bits[index] & 0x7fff_ffff) }
    guard largest >= Float.infinity.bitPattern else { return self }
    let first = (0..<count).first { !pointer[$0].isFinite }!
    throw .mismatch(
      path: path, tensor: name, expected: "finite numbers",
      found: "\(pointer[first]) as number \(first + 1) of \(count)")
  }
}
