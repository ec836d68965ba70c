import Glibc

/// Conversion between stored sRGB levels and linear light, in which averages and blends are made.
enum LinearLight {
  /// The light, 0…1, of each of the 256 sRGB levels (IEC 61966-2-1).
  static let ofLevel: [Float] = (0...255).map { Float(decode(Double($0) / 255)) }

  /// The levels themselves, 0…1.
  static let asStored: [Float] = (0...255).map { Float($0) / 255 }

  /// The light of a level between the 256, 0…1.
  static func light(ofLevel level: Float) -> Float {
    let place = min(max(level, 0), 1) * 255
    let below = min(Int(place), 254)
    return ofLevel[below] + (ofLevel[below + 1] - ofLevel[below]) * (place - Float(below))
  }

  /// The nearest level, as perceived, to `light`, which is clamped to 0…1.
  static func level(_ light: Float) -> UInt8 {
    levels.withUnsafeBufferPointer { $0[Int(min(max(light, 0), 1) * Float(resolution) + 0.5)] }
  }

  /// Fine enough that the darkest level still has five entries.
  private static let resolution = 1 << 14

  private static let levels: [UInt8] = {
    var levels = [UInt8](repeating: 255, count: resolution + 1)
    var start = 0
    for level in 0..<255 {
      let end = Int((decode((Double(level) + 0.5) / 255) * Double(resolution)).rounded(.up))
      for entry in start..<end { levels[entry] = UInt8(level) }
      start = end
    }
    return levels
  }()

  private static func decode(_ encoded: Double) -> Double {
    encoded <= 0.04045 ? encoded / 12.92 : pow((encoded + 0.055) / 1.055, 2.4)
  }
}

/// A picture in linear light: `height × width × 3` values, 0…1, row-major.
struct LinearImage {
  let width: Int
  let height: Int
  var samples: [Float]

  /// Red, green, blue and 0 of the pixel at `index`, row-major.
  func light(at index: Int) -> SIMD4<Float> {
    SIMD4(samples[3 * index], samples[3 * index + 1], samples[3 * index + 2], 0)
  }

  /// The picture in 8-bit sRGB.
  var encoded: PixelImage {
    PixelImage(width: width, height: height, pixels: samples.map(LinearLight.level))
  }
}
