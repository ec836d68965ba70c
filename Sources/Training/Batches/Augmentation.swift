import Captioning
import Raster

/// How one photo is shown at one step: a pure function of the run's seed, the step and the place in the batch.
struct Augmentation: Sendable, Equatable {
  var view = PhotoView.whole
  /// level ← level · scale[channel] + shift.
  var scale: (Float, Float, Float) = (1, 1, 1)
  var shift: Float = 0

  package init(view: PhotoView = PhotoView.whole, scale: (Float, Float, Float) = (1, 1, 1), shift: Float = 0) {
    self.view = view
    self.scale = scale
    self.shift = shift
  }

  static func == (a: Augmentation, b: Augmentation) -> Bool {
    a.view == b.view && a.scale == b.scale && a.shift == b.shift
  }

  static let none = Augmentation()

  private init() {}

  init(_ options: TrainingOptions, random: inout CounterRandom) {
    view = PhotoView(options, random: &random)
    if options.colorJitter > 0 { jitterColors(options.colorJitter, random: &random) }
  }

  /// Changes contrast and colour balance by at most the share `jitter`, and brightness.
  mutating func jitterColors(_ jitter: Float, random: inout CounterRandom) {
    let contrast = 1 + random.uniform(-jitter, jitter)
    func channel() -> Float { contrast * (1 + random.uniform(-jitter, jitter) / 2) }
    scale = (channel(), channel(), channel())
    shift = random.uniform(-jitter, jitter) * 64 + 128 * (1 - contrast)
  }

  /// The view of `image` as side × side pixels in [−1, 1].
  func write(_ image: PixelImage, side: Int, into target: UnsafeMutablePointer<Float>) {
    image.resizeBilinear(height: side, width: side, box: view.box, mirrored: view.mirrored, into: target)
    let factors = [scale.0, scale.1, scale.2]
    for pixel in 0..<side * side {
      for channel in 0..<3 {
        let level = target[pixel * 3 + channel] * factors[channel] + shift
        target[pixel * 3 + channel] = min(max(level, 0), 255) / 127.5 - 1
      }
    }
  }
}
