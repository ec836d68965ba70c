/// What follows a layer's sum; the raw values are those of the kernels.
public enum Activation: Int32, Sendable {
  case none = 0
  /// max(y, 0).
  case relu = 1
  /// min(max(y, 0), 6).
  case relu6 = 6
}
