import SystemPackage
import TestSupport

@testable import Captioning
@testable import Gaze
@testable import Training

/// A network of random weights that is quick to run, as a weights file.
enum SmallNetwork {
  static func write(to path: FilePath, seed: UInt64 = 1, inputSize: Int = 256) throws {
    var options = TrainingOptions()
    options.inputSize = inputSize
    options.shape = CompactShape(
      stemKernel: 4, stemStride: 4, stemChannels: 8, blocks: [.init(channels: 8, stride: 2)], gridChannels: 8)
    options.decoder.width = 8
    var weights = RandomWeights(seed: seed)
    let vocabulary = Vocabulary.build(captions: ["a dog and a cat run in the green grass"], maximumSize: 20)
    try TrainableCaptioner(options: options, vocabulary: vocabulary, weights: &weights)
      .export(options: options, provenance: [:], to: path)
  }
}
