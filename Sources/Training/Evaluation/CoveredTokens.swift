import Captioning

/// How likely the tokens of some sentences are with each region of a photo painted over. Made when it is first asked for;
/// studies of several kinds of maps share it. Used by one thread.
final class CoveredTokens {
  private let make: () throws -> [[[Double]]]
  private var known: [[[Double]]]?

  /// - Parameter covered: what the encoder makes of the photo with some regions painted over.
  init(
    _ decoder: any CaptionDecoding, _ sentences: [[Int]], regions: Int, covered: @escaping ([Int]) throws -> FeatureMap
  ) {
    func logProbabilities(_ decoder: some CaptionDecoding, _ features: FeatureMap) -> [[Double]] {
      TeacherForcing(decoder.prepare(features), sentences).tokens.map { $0.map(\.logProbability) }
    }
    make = { try (0..<regions).map { logProbabilities(decoder, try covered([$0])) } }
  }

  /// The log-probability of a word with each region covered.
  /// - Parameter word: its tokens among the sentence's, of which the first is given.
  func logProbabilities(_ sentence: Int, _ word: Range<Int>) throws -> [Double] {
    let all = try known ?? make()
    known = all
    return all.map { $0[sentence][word.lowerBound - 1..<word.upperBound - 1].reduce(0, +) }
  }
}
