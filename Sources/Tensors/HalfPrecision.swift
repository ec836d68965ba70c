import CKernels

/// Conversions between the 16-bit floats of files and the 32-bit floats of tensors.
///
/// None needs aligned memory. `narrow` holds two bytes a number, `wide` four; both little-endian.
public enum HalfPrecision {
  /// IEEE binary16 → float32, exact.
  public static func widen(_ narrow: UnsafeRawBufferPointer, into wide: UnsafeMutablePointer<Float>) {
    gaze_widen_float16(narrow.baseAddress, wide, narrow.count / 2)
  }

  /// bfloat16 → float32, exact.
  public static func widenBrain(_ narrow: UnsafeRawBufferPointer, into wide: UnsafeMutablePointer<Float>) {
    gaze_widen_bfloat16(narrow.baseAddress, wide, narrow.count / 2)
  }

  /// float32 → IEEE binary16, to nearest even.
  /// - Parameters:
  ///   - wide: the numbers.
  ///   - narrow: room for two bytes a number.
  /// - Returns: how many finite numbers were too large (65,520 or more) and became infinite.
  public static func narrow(_ wide: UnsafeBufferPointer<Float>, into narrow: UnsafeMutableRawPointer) -> Int {
    gaze_narrow_float16(wide.baseAddress, narrow, wide.count)
  }

  /// float32 → bfloat16, to nearest even; what is no number stays none.
  /// - Parameters:
  ///   - wide: the numbers.
  ///   - narrow: room for two bytes a number.
  /// - Returns: how many finite numbers were too large (above 3.39 · 10³⁸) and became infinite.
  public static func narrowBrain(_ wide: UnsafeBufferPointer<Float>, into narrow: UnsafeMutableRawPointer) -> Int {
    var lost = 0
    for (index, number) in wide.enumerated() {
      let bits = number.bitPattern
      let rounded = number.isNaN ? bits | 0x40_0000 : bits &+ 0x7FFF &+ (bits >> 16 & 1)
      if number.isFinite && rounded & 0x7F80_0000 == 0x7F80_0000 { lost += 1 }
      narrow.storeBytes(of: UInt16(truncatingIfNeeded: rounded >> 16), toByteOffset: 2 * index, as: UInt16.self)
    }
    return lost
  }

  // The twins the tests compare with.

  static func widenScalar(_ narrow: UnsafeRawBufferPointer, into wide: UnsafeMutablePointer<Float>) {
    gaze_widen_float16_scalar(narrow.baseAddress, wide, narrow.count / 2)
  }

  static func narrowScalar(_ wide: UnsafeBufferPointer<Float>, into narrow: UnsafeMutableRawPointer) -> Int {
    gaze_narrow_float16_scalar(wide.baseAddress, narrow, wide.count)
  }
}
