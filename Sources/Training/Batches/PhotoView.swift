import Captioning
import Files
import Foundation
import Raster
import SystemPackage
import Tensors

/// Which parts of photos are trained on.
extension PhotoView {
  /// What a frozen encoder is shown of a photo: the whole, the whole mirrored (where `options.flips`), then random crops,
  /// mirrored by chance; `options.views` in all. They depend on the photo's file name alone, so that runs of other seeds
  /// find them in the cache.
  static func views(of path: FilePath, options: TrainingOptions) -> [PhotoView] {
    let name = FileName.name(path)
    return (0..<options.views).map { index in
      if index == 0 { return .whole }
      if index == 1 && options.flips { return PhotoView(mirrored: true) }
      var random = CounterRandom(seed: 1, stream: "view \(index) of \(name)")
      return PhotoView(options, random: &random)
    }
  }

  /// A random crop of at least the area `options` wants, mirrored by chance where they mirror.
  init(_ options: TrainingOptions, random: inout CounterRandom) {
    self.init(cropArea: options.cropArea, flips: options.flips, random: &random)
  }

  /// A random crop of at least a share of the photo's area, mirrored by chance where `flips`.
  init(cropArea: Float, flips: Bool, random: inout CounterRandom) {
    self.init()
    if flips { mirrored = random.next() >> 63 == 1 }
    guard cropArea < 1 else { return }
    let area = random.uniform(cropArea, 1)
    // Width to height from 3/4 to 4/3, spread evenly in its logarithm.
    let ratio = exponential(random.uniform(-0.2877, 0.2877))
    let (height, width) = (min(1, (area * ratio).squareRoot()), min(1, (area / ratio).squareRoot()))
    let y = random.uniform() * (1 - height)
    let x = random.uniform() * (1 - width)
    box = FractionalBox(y0: y, x0: x, y1: min(1, y + height), x1: min(1, x + width))
  }
}
