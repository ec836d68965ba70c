/// The published sizes, EfficientNet-Lite0 to Lite4, and what all of the family share.
extension EfficientNetLiteShape {
  /// Blocks of one number of channels, of which only the first has the stride.
  private struct Stage {
    let blocks: Int
    let kernel: Int
    let stride: Int
    let expansion: Int
    let channels: Int
  }

  /// Those of Lite0; the others have more channels and blocks.
  private static let stages = [
    Stage(blocks: 1, kernel: 3, stride: 1, expansion: 1, channels: 16),
    Stage(blocks: 2, kernel: 3, stride: 2, expansion: 6, channels: 24),
    Stage(blocks: 2, kernel: 5, stride: 2, expansion: 6, channels: 40),
    Stage(blocks: 3, kernel: 3, stride: 2, expansion: 6, channels: 80),
    Stage(blocks: 3, kernel: 5, stride: 1, expansion: 6, channels: 112),
    Stage(blocks: 4, kernel: 5, stride: 2, expansion: 6, channels: 192),
    Stage(blocks: 1, kernel: 3, stride: 1, expansion: 6, channels: 320),
  ]

  /// What the first block of each stage strides by; files of weights do not say it.
  static var stageStrides: [Int] { stages.map(\.stride) }

  /// How many times Lite0's channels and blocks each variant has, in hundredths.
  private static let scales = [(100, 100), (100, 110), (110, 120), (120, 140), (140, 180)]

  static let variants = scales.map { width, depth in
    EfficientNetLiteShape(
      stemChannels: 32,
      blocks: stages.enumerated().flatMap { index, stage in
        // The first stage and the last stay as short as they are.
        let isScaled = index > 0 && index < stages.count - 1
        let count = isScaled ? (stage.blocks * depth + 99) / 100 : stage.blocks
        return (0..<count).map {
          Block(
            channels: scaled(stage.channels, by: width), expansion: stage.expansion, kernel: stage.kernel,
            stride: $0 == 0 ? stage.stride : 1)
        }
      },
      gridChannels: 1280)
  }

  /// To the nearest multiple of 8 that is not less by more than a tenth.
  private static func scaled(_ channels: Int, by hundredths: Int) -> Int {
    let exact = channels * hundredths
    let rounded = max(8, (exact + 400) / 800 * 8)
    return rounded * 1000 < exact * 9 ? rounded + 8 : rounded
  }

  /// "EfficientNet-Lite2"; "EfficientNet-Lite of other sizes" where it is none of the published.
  public var name: String {
    Self.variants.firstIndex(of: self).map { "EfficientNet-Lite\($0)" } ?? "EfficientNet-Lite of other sizes"
  }
}
