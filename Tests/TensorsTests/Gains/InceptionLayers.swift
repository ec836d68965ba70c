import Tensors

/// A kind of convolution of InceptionResNetV2 (Szegedy et al. 2017) at 299×299 pixels.
struct InceptionLayer {
  let convolution: Convolution
  /// Rows and columns of its input.
  let side: Int
  /// How many of the network's convolutions are of this kind.
  let times: Int

  private init(
    _ kernel: (Int, Int), _ inputs: Int, _ outputs: Int, side: Int, stride: Int = 1,
    _ padding: Convolution.Padding = .same, times: Int = 1
  ) {
    convolution = Convolution(kernel: kernel, inputs: inputs, outputs: outputs, stride: stride, padding: padding)
    (self.side, self.times) = (side, times)
  }

  static let all: [InceptionLayer] = stem + blocks35 + blocks17 + blocks8

  private static let stem = [
    InceptionLayer((3, 3), 3, 32, side: 299, stride: 2, .valid), InceptionLayer((3, 3), 32, 32, side: 149, .valid),
    InceptionLayer((3, 3), 32, 64, side: 147), InceptionLayer((1, 1), 64, 80, side: 73),
    InceptionLayer((3, 3), 80, 192, side: 73, .valid), InceptionLayer((1, 1), 192, 96, side: 35),
    InceptionLayer((1, 1), 192, 48, side: 35), InceptionLayer((5, 5), 48, 64, side: 35),
    InceptionLayer((1, 1), 192, 64, side: 35, times: 2), InceptionLayer((3, 3), 64, 96, side: 35),
    InceptionLayer((3, 3), 96, 96, side: 35),
  ]
  private static let blocks35 = [
    InceptionLayer((1, 1), 320, 32, side: 35, times: 30), InceptionLayer((3, 3), 32, 32, side: 35, times: 10),
    InceptionLayer((3, 3), 32, 48, side: 35, times: 10), InceptionLayer((3, 3), 48, 64, side: 35, times: 10),
    InceptionLayer((1, 1), 128, 320, side: 35, times: 10),
    InceptionLayer((3, 3), 320, 384, side: 35, stride: 2, .valid),
    InceptionLayer((1, 1), 320, 256, side: 35), InceptionLayer((3, 3), 256, 256, side: 35),
    InceptionLayer((3, 3), 256, 384, side: 35, stride: 2, .valid),
  ]
  private static let blocks17 = [
    InceptionLayer((1, 1), 1088, 192, side: 17, times: 20), InceptionLayer((1, 1), 1088, 128, side: 17, times: 20),
    InceptionLayer((1, 7), 128, 160, side: 17, times: 20), InceptionLayer((7, 1), 160, 192, side: 17, times: 20),
    InceptionLayer((1, 1), 384, 1088, side: 17, times: 20), InceptionLayer((1, 1), 1088, 256, side: 17, times: 3),
    InceptionLayer((3, 3), 256, 384, side: 17, stride: 2, .valid),
    InceptionLayer((3, 3), 256, 288, side: 17, stride: 2, .valid), InceptionLayer((3, 3), 256, 288, side: 17),
    InceptionLayer((3, 3), 288, 320, side: 17, stride: 2, .valid),
  ]
  private static let blocks8 = [
    InceptionLayer((1, 1), 2080, 192, side: 8, times: 20), InceptionLayer((1, 3), 192, 224, side: 8, times: 10),
    InceptionLayer((3, 1), 224, 256, side: 8, times: 10), InceptionLayer((1, 1), 448, 2080, side: 8, times: 10),
    InceptionLayer((1, 1), 2080, 1536, side: 8),
  ]
}
