extension PixelImage {
  /// The picture without its colours, each pixel as light as it was: its luminance (ITU-R BT.709).
  public var grey: PixelImage {
    var result = self
    for index in stride(from: 0, to: pixels.count, by: 3) {
      let color = RGB(pixels[index], pixels[index + 1], pixels[index + 2])
      let level = LinearLight.level(color.luminance)
      for channel in index..<index + 3 { result.pixels[channel] = level }
    }
    return result
  }
}

extension RGB {
  /// The light it gives to the eye, 0…1.
  var luminance: Float { light.luminance }
}

extension SIMD4<Float> {
  /// Of red, green and blue in linear light, the light they give to the eye.
  var luminance: Float { (self * SIMD4(0.2126, 0.7152, 0.0722, 0)).sum() }
}
