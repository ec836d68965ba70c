/// The network from pixels to the feature map, and the pixels it wants.
public struct EncoderDescription: Sendable, Equatable, Codable {
  /// Which network it is. Files of gaze's own name one of `Networks.encoders`; other formats may bring others.
  public struct Architecture: Sendable, Hashable {
    public let rawValue: String

    init(named name: String) { rawValue = name }

    /// gaze's own residual network, see `CompactEncoder`.
    public static let compact = Architecture(named: "compact")
    /// InceptionResNetV2 without its top, as published by Keras.
    public static let inceptionResNetV2 = Architecture(named: "inception_resnet_v2")
    /// EfficientNet-Lite0 to Lite4 without their top, see `EfficientNetLiteShape`.
    public static let efficientNetLite = Architecture(named: "efficientnet_lite")
  }

  /// How 8-bit levels become numbers: level · scale + shift, for each of the three channels.
  public struct PixelScaling: RawRepresentable, Sendable, Equatable, Codable {
    public let rawValue: String
    let scale: SIMD3<Float>
    let shift: SIMD3<Float>

    /// Nil for what gaze's own files cannot ask for.
    public init?(rawValue: String) {
      guard let known = [Self.unit, .symmetric, .efficientNetLite].first(where: { $0.rawValue == rawValue }) else {
        return nil
      }
      self = known
    }

    /// - Parameter name: for people; files of gaze's own name only the three below.
    init(named name: String, scale: SIMD3<Float>, shift: SIMD3<Float>) {
      (rawValue, self.scale, self.shift) = (name, scale, shift)
    }

    /// level / 255, in [0, 1].
    public static let unit = PixelScaling(named: "unit", scale: SIMD3(repeating: 1 / 255), shift: .zero)
    /// level / 127.5 − 1, in [−1, 1].
    public static let symmetric = PixelScaling(
      named: "symmetric", scale: SIMD3(repeating: 1 / 127.5), shift: SIMD3(repeating: -1))
    /// (level − 127) / 128, in [−127/128, 1].
    public static let efficientNetLite = PixelScaling(
      named: "efficientnet_lite", scale: SIMD3(repeating: 1 / 128), shift: SIMD3(repeating: -127 / 128))

    /// What black and white become, for people: `0…1`.
    public var bounds: String {
      switch self {
      case .unit: "0…1"
      case .symmetric: "-1…1"
      case .efficientNetLite: "-127/128…1"
      default: rawValue
      }
    }
  }

  /// The longest side of an input, in pixels: more than any network here takes, and little enough that what its layers
  /// give can be kept. Files say what they like.
  static let longestSide = 2048

  public var architecture: Architecture
  /// The layers' sizes of a compact encoder; nil for every other.
  public var compact: CompactShape?
  /// The layers' sizes of an EfficientNet-Lite; nil for every other.
  public var lite: EfficientNetLiteShape?
  /// Input size in pixels; photos are squashed to it, bilinear with half-pixel centres and no antialiasing.
  public var height: Int
  public var width: Int
  public var scaling: PixelScaling
  /// The feature map: rows × columns regions of `channels` numbers.
  public var rows: Int
  public var columns: Int
  public var channels: Int

  public init(
    architecture: Architecture, compact: CompactShape? = nil, lite: EfficientNetLiteShape? = nil, height: Int,
    width: Int, scaling: PixelScaling, rows: Int, columns: Int, channels: Int
  ) {
    self.architecture = architecture
    self.compact = compact
    self.lite = lite
    self.height = height
    self.width = width
    self.scaling = scaling
    self.rows = rows
    self.columns = columns
    self.channels = channels
  }
}
