import Captioning

/// Other light and other colours: brightness, then contrast around the picture's mean, then saturation around each pixel's.
struct ColorChange: Sendable, Equatable {
  var brightness: Float
  var contrast: Float
  var saturation: Float

  init(brightness: Float, contrast: Float, saturation: Float) {
    (self.brightness, self.contrast, self.saturation) = (brightness, contrast, saturation)
  }

  /// - Parameter jitter: how far brightness and contrast go from 1 at most; saturation goes a third further.
  init(_ jitter: Float, random: inout CounterRandom) {
    func factor(_ most: Float) -> Float { 1 + random.uniform(-most, most) }
    (brightness, contrast, saturation) = (factor(jitter), factor(jitter), factor(min(1, jitter * 4 / 3)))
  }

  /// Changes pixels in [−1, 1], three numbers each; what leaves the range is cut.
  func apply(to target: UnsafeMutablePointer<Float>, pixels: Int) {
    var sum = 0.0
    for index in 0..<3 * pixels {
      // In [0, 1] from here on.
      target[index] = (target[index] + 1) / 2 * brightness
      sum += Double(target[index])
    }
    let mean = Float(sum / Double(3 * pixels))
    for pixel in 0..<pixels {
      let color = target + 3 * pixel
      for channel in 0..<3 { color[channel] = (color[channel] - mean) * contrast + mean }
      let grey = (color[0] + color[1] + color[2]) / 3
      for channel in 0..<3 {
        color[channel] = min(max((color[channel] - grey) * saturation + grey, 0), 1) * 2 - 1
      }
    }
  }
}
