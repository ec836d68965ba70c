import Raster

/// What a Hugging Face image processor does to a photo: resize with antialiasing on 8-bit levels, then scale and shift
/// each channel.
struct ImageProcessing: Sendable, Equatable {
  let filter: PixelImage.ResamplingFilter
  /// What levels are multiplied by.
  let rescale: Float
  let mean: SIMD3<Float>
  let deviation: SIMD3<Float>

  /// The same as one multiplication and one addition.
  var scaling: EncoderDescription.PixelScaling {
    EncoderDescription.PixelScaling(named: "processor", scale: rescale / deviation, shift: -mean / deviation)
  }

  func write(
    _ image: PixelImage, _ view: PhotoView, _ description: EncoderDescription,
    into target: UnsafeMutablePointer<Float>
  ) {
    let (height, width) = (description.height, description.width)
    let levels = image.resizedAntialiased(height: height, width: width, filter: filter, box: view.box)
    levels.withUnsafeBufferPointer { levels in
      for y in 0..<height {
        for x in 0..<width {
          let from = (y * width + (view.mirrored ? width - 1 - x : x)) * 3
          for channel in 0..<3 {
            target[(y * width + x) * 3 + channel] =
              (Float(levels[from + channel]) * rescale - mean[channel]) / deviation[channel]
          }
        }
      }
    }
  }
}
