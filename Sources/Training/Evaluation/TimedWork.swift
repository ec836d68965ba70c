import Captioning
import Tensors

/// Work of fixed size on made-up numbers, the same on every run, to see how fast a machine does it.
///
/// Everything is prepared by `init`; calling does the work once.
public struct EncodeWork {
  private let encoder: ImageEncoder
  private let pixels: Tensor

  /// What is encoded, and the feature map made of each photo.
  public var description: EncoderDescription { encoder.description }

  public init(_ encoder: ImageEncoder, batch: Int) {
    self.encoder = encoder
    let shape = [batch, encoder.description.height, encoder.description.width, 3]
    pixels = TimedWork.numbers(shape, -1, 1, stream: "pixels")
  }

  /// An encoder of random weights: the compact one that ships, or InceptionResNetV2.
  public init(_ architecture: EncoderDescription.Architecture, batch: Int) throws {
    let side = 299
    let description =
      architecture == .compact
      ? TrainingOptions().encoderDescription
      : EncoderDescription(
        architecture: .inceptionResNetV2, height: side, width: side, scaling: .symmetric,
        rows: InceptionResNetV2.regions(side), columns: InceptionResNetV2.regions(side),
        channels: InceptionResNetV2.gridChannels)
    var weights = RandomWeights(seed: 1)
    try self.init(ImageEncoder(description, weights: &weights), batch: batch)
  }

  /// Scaled pixels to feature maps.
  public func callAsFunction() throws { _ = try encoder.network.encode(pixels) { false } }
}

/// One step of decoding: a word further for several sentences about one photo. Drawing the words is not part of it.
public struct DecodeWork {
  private let step: (_ count: Int) -> Void
  private let samples: Int
  /// Bytes of the layer from the state to a number for each word, which a step must read at least once; nil where the
  /// network is a captioner's own.
  public let wordLayerBytes: Int?

  /// A decoder of random weights over 8×8 regions of 512 channels.
  public init(samples: Int, vocabulary: Int, width: Int) throws {
    var weights = RandomWeights(seed: 1)
    let decoder = try AttentionDecoder(
      DecoderDescription(width: width, initialState: .pooledGrid), vocabularySize: vocabulary, featureChannels: 512,
      weights: &weights)
    let context = decoder.prepared().prepare(
      FeatureMap(regions: TimedWork.numbers([1, 8, 8, 512], 0, 1, stream: "grid")))
    let states = TimedWork.numbers([samples, width], -1, 1, stream: "states")
    let tokens = Self.tokens(samples, vocabulary)
    step = { count in
      _ = context.step(Array(tokens[..<count]), states: .init(first: states.rows(Array(0..<count)), second: nil))
    }
    self.samples = samples
    wordLayerBytes = (vocabulary * width + vocabulary) * MemoryLayout<Float>.size
  }

  /// A captioner's own decoder, eight tokens into sentences about a made-up photo.
  public init(_ captioner: Captioner, samples: Int) throws {
    let encoder = captioner.description.encoder
    let pixels = TimedWork.numbers([1, encoder.height, encoder.width, 3], -1, 1, stream: "pixels")
    step = Self.step(
      try captioner.encode(pixels).context, samples, vocabulary: captioner.decoder.vocabularySize)
    self.samples = samples
    wordLayerBytes = nil
  }

  private static func step<Context: DecodingContext>(
    _ context: Context, _ samples: Int, vocabulary: Int
  ) -> (Int) -> Void {
    let tokens = tokens(samples, vocabulary)
    let states = (0..<8).reduce(context.start(samples)) { states, _ in context.step(tokens, states: states).states }
    let firsts = (0...samples).map { states.rows(Array(0..<$0)) }
    return { count in _ = context.step(Array(tokens[..<count]), states: firsts[count]) }
  }

  private static func tokens(_ samples: Int, _ vocabulary: Int) -> [Int] {
    (0..<samples).map { ($0 &* 7919) % vocabulary }
  }

  /// - Parameter samples: only so many of the sentences; nil means all.
  public func callAsFunction(samples: Int? = nil) { step(min(samples ?? self.samples, self.samples)) }
}

/// One step of training the decoder: forward, back and Adam, over feature maps that are already made.
public final class TrainStepWork {
  private let decoder: AttentionDecoder
  private let features: Tensor
  private let sentences: SentenceBatch
  private var adam = Adam()

  /// Words the network learns to predict in a step, the ends among them.
  public var words: Int { sentences.targets.count }

  /// Feature maps of 8×8 regions and 1536 channels, as InceptionResNetV2 gives, with a caption of 10 to 14 words each.
  public init(batch: Int, vocabulary: Int, width: Int) throws {
    var weights = RandomWeights(seed: 1)
    decoder = try AttentionDecoder(
      DecoderDescription(width: width, initialState: .zeros), vocabularySize: vocabulary, featureChannels: 1536,
      weights: &weights)
    features = TimedWork.numbers([batch, 64, 1536], 0, 1, stream: "grid")
    var random = CounterRandom(seed: 1, stream: "sentences")
    sentences = SentenceBatch(
      (0..<batch).map { _ in
        let length = Int.random(in: 10...14, using: &random)
        // Tokens 2 and 3 stand for start and end.
        return [2] + (0..<length).map { _ in Int.random(in: 4..<vocabulary, using: &random) } + [3]
      })
  }

  /// - Returns: the loss before the step: mean −log p(word).
  @discardableResult public func callAsFunction() -> Double {
    let result = decoder.forwardBackward(features: features, sentences: sentences)
    adam.advance()
    adam.update(decoder.parameters, learningRate: 1e-3)
    return result.crossEntropy
  }
}

/// One step of training the compact encoder that ships: forward with batch statistics, back, and Adam.
public final class TrainEncoderWork {
  private let encoder: CompactEncoder
  private let pixels: Tensor
  private let dFeatures: Tensor
  private var adam = Adam()

  /// What is trained.
  public let shape: CompactShape
  /// Rows and columns of the pixels.
  public let inputSize: Int

  public init(batch: Int) throws {
    let options = TrainingOptions()
    (shape, inputSize) = (options.shape, options.inputSize)
    var weights = RandomWeights(seed: 1)
    encoder = try CompactEncoder(shape, weights: &weights)
    pixels = TimedWork.numbers([batch, inputSize, inputSize, 3], -1, 1, stream: "pixels")
    let side = shape.regions(along: inputSize)
    dFeatures = Tensor([batch, side, side, shape.gridChannels], repeating: 1)
  }

  public func callAsFunction() {
    let (_, tape) = encoder.forward(pixels)
    encoder.backward(tape, dFeatures: dFeatures)
    adam.advance()
    adam.update(encoder.parameters, learningRate: 1e-3)
  }
}

private enum TimedWork {
  /// Numbers spread evenly over [low, high).
  static func numbers(_ shape: [Int], _ low: Float, _ high: Float, stream: String) -> Tensor {
    var random = CounterRandom(seed: 1, stream: stream)
    let tensor = Tensor(uninitialized: shape)
    for index in 0..<tensor.count { tensor.pointer[index] = random.uniform(low, high) }
    return tensor
  }
}
