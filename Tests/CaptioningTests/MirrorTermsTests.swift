import TestSupport
import Testing

@testable import Captioning
@testable import Tensors

@Suite("A photo and its mirror image are drawn together, and attention does without some regions")
struct MirrorTermsTests {
  /// Three photos and the images of two of them, two sentences each.
  private static let captions = [
    [[2, 5, 6, 3], [2, 7, 3]], [[2, 4, 9, 10, 3], []], [[2, 8, 5, 3], [2, 6, 6, 6, 3]],
  ]
  private static let mirrored = [2, 0]
  /// Made anew each time: tests change them.
  private static var features: Tensor { RandomWeights(seed: 4).kernel("grid", [5, 6, 6], gain: 20) }
  private static let columns = 3
  private static let all = Regularization(
    dropout: 0.2, featureDropout: 0.1, labelSmoothing: 0.1, mapEntropy: 0.3, regionDropout: 0.3, mirrorWeight: 0.7,
    mirrorMapWeight: 0.9)

  private static var sentences: SentenceBatch {
    SentenceBatch((captions + mirrored.map { captions[$0] }).flatMap(\.self)).mirroring(mirrored)
  }

  private static func decoder(_ form: DecoderDescription) throws -> AttentionDecoder {
    var weights = RandomWeights(seed: 3)
    let decoder = try AttentionDecoder(form, vocabularySize: 11, featureChannels: 6, weights: &weights)
    // As in `DecoderTrainingTests`; and maps that differ from place to place.
    for index in 0..<decoder.embedding.value.count { decoder.embedding.value.pointer[index] *= 10 }
    if let query = decoder.query {
      for index in 0..<query.kernel.value.count { query.kernel.value.pointer[index] *= 4 }
    }
    return decoder
  }

  private static func expectGradients(
    of decoder: AttentionDecoder, _ sentences: SentenceBatch, _ regularization: Regularization, most: Int
  ) throws {
    let features = features
    func step(wantsFeatures: Bool = false) -> AttentionDecoder.StepResult {
      decoder.forwardBackward(
        features: features, columns: columns, sentences: sentences, regularization: regularization, seed: 9,
        wantsFeatures: wantsFeatures)
    }
    func loss() -> Double {
      defer { for p in decoder.parameters { p.gradient.fill(0) } }
      return step().loss
    }
    let result = step(wantsFeatures: true)
    let analytic =
      decoder.parameters.map { ($0.name, $0.value, $0.gradient.copy()) } + [("features", features, result.dFeatures!)]
    for p in decoder.parameters { p.gradient.fill(0) }
    for (name, value, gradient) in analytic {
      try expectGradient(gradient, of: value, name: name, step: 1e-3, most: most, loss: loss)
    }
  }

  @Test("gradients of all terms equal finite differences", arguments: DecoderDescription.everyForm(width: 8))
  func gradients(form: DecoderDescription) throws {
    try Self.expectGradients(of: Self.decoder(form), Self.sentences, Self.all, most: 12)
  }

  @Test("… at every number of a small decoder, each term alone", arguments: 0..<3) func everyNumber(term: Int) throws {
    var own = Regularization()
    switch term {
    case 0: own.mirrorWeight = 3
    case 1: own.mirrorMapWeight = 3
    default: (own.regionDropout, own.mapEntropy) = (0.3, 0.5)
    }
    let form = DecoderDescription(width: 4, initialState: .pooledGrid, query: .projected, languageGRU: true)
    try Self.expectGradients(of: Self.decoder(form), Self.sentences, own, most: .max)
  }

  /// The loss that the terms add, without dropout.
  private static func added(_ decoder: AttentionDecoder, _ own: Regularization, _ features: Tensor) -> Double {
    func loss(_ regularization: Regularization) -> Double {
      defer { for p in decoder.parameters { p.gradient.fill(0) } }
      return decoder.forwardBackward(
        features: features, columns: columns, sentences: sentences, regularization: regularization
      ).loss
    }
    return loss(own) - loss(Regularization())
  }

  @Test("an image that is mirrored region by region says the same, and looks at the same places") func mirrorImages()
    throws
  {
    let decoder = try Self.decoder(DecoderDescription(width: 8, initialState: .pooledGrid))
    let (features, exact) = (Self.features, Self.features)
    for (pair, photo) in Self.mirrored.enumerated() {
      for region in 0..<6 {
        let other = region / 3 * 3 + 2 - region % 3
        (exact.pointer + ((3 + pair) * 6 + other) * 6).update(from: exact.pointer + (photo * 6 + region) * 6, count: 6)
      }
    }
    #expect(abs(Self.added(decoder, Regularization(mirrorWeight: 1), exact)) < 1e-5)
    #expect(Self.added(decoder, Regularization(mirrorWeight: 1), features) > 1e-3)
    // What is left is the quarter of what two photos' maps have in common.
    let ofNeighbours = Self.added(decoder, Regularization(mirrorMapWeight: 1), exact)
    #expect(abs(ofNeighbours) <= 0.25 && ofNeighbours != 0)
    let ofBoth = Self.added(decoder, Regularization(mirrorMapWeight: 1), features)
    #expect(ofBoth > ofNeighbours + 0.1)
  }

  @Test("sentences of the photo alone are in no pair") func sampled() {
    let sentences = SentenceBatch([[2, 5, 3], [2, 6, 3], [2, 8, 9, 3], [2, 7, 3], [], [2, 6, 3]]).mirroring([0])
    let words = MirroredWords(sentences, photos: 3)
    #expect(words.count == 2 && words.own.map(\.row) == [2, 3] && words.own.map(\.image) == [9, 10])
    #expect(words.own.map(\.number) == [0, 1] && words.neighbours.isEmpty)
  }

  @Test("words of two photos are compared place by place, as far as both go") func neighbours() {
    let words = MirroredWords(Self.sentences, photos: 5)
    // Of photo 2: 0…2 and 3…6; of photo 0: 7…9 and 10…11.
    #expect(words.count == 12 && words.own.map(\.number) == Array(0..<12))
    let expected = [(0, 7), (1, 8), (2, 9), (3, 10), (4, 11), (7, 0), (8, 1), (9, 2), (10, 3), (11, 4)]
    #expect(words.neighbours.map { [$0.0, $0.1] } == expected.map { [$0.0, $0.1] })
  }

  @Test(
    "regions left out: an image loses those that its photo loses, nobody all, and a part what it loses in the whole")
  func regions() throws {
    let sentences = Self.sentences
    func kept(_ batch: SentenceBatch, _ photos: Int, rate: Float, seed: UInt64 = 5) throws -> Tensor {
      try #require(
        BatchDropout(batch, photos: photos).regions(batch, (photos, 6), columns: 3, rate: rate, seed: seed))
    }
    let whole = try kept(sentences, 5, rate: 0.4)
    #expect(Set(whole.values.map { $0 == 0 }) == [true, false])
    for (pair, photo) in Self.mirrored.enumerated() {
      for region in 0..<6 {
        #expect(whole.row(3 + pair)[region] == whole.row(photo)[region / 3 * 3 + 2 - region % 3])
      }
    }
    let part = try kept(sentences.part([0, 4], of: 5), 2, rate: 0.4)
    #expect(Array(part.row(0)) == Array(whole.row(0)) && Array(part.row(1)) == Array(whole.row(4)))
    #expect(try kept(sentences, 5, rate: 0.4, seed: 6).values != whole.values)
    var least = 6
    for seed in 0..<UInt64(40) {
      let few = try kept(sentences, 5, rate: 0.9, seed: seed)
      for photo in 0..<5 { least = min(least, few.row(photo).count { $0 > 0 }) }
    }
    #expect(least == 1)
    #expect(BatchDropout(sentences, photos: 5).regions(sentences, (5, 6), columns: 3, rate: 0, seed: 5) == nil)
  }

  @Test("the share that is left out is the one asked for") func share() throws {
    let batch = SentenceBatch([[Int]](repeating: [2, 3], count: 500))
    let kept = try #require(
      BatchDropout(batch, photos: 500).regions(batch, (500, 64), columns: 8, rate: 0.15, seed: 1))
    let share = Double(kept.values.count { $0 == 0 }) / Double(kept.count)
    #expect(abs(share - 0.15) < 0.01)
  }
}
