import Foundation

/// What transformers computed with the network of a folder, as `Fixtures/transformers/make_transformers.py` writes it.
struct TransformersResults: Decodable {
  struct Caption: Decodable {
    let tokens: [Int]
    let log_probabilities: [Double]
    let prompt_tokens: [Int]?
  }
  struct Photo: Decodable {
    let file: String
    let tokens: [Int]
    let log_probabilities: [Double]
    let prompted: Caption?
  }
  let photos: [Photo]

  /// - Parameter folder: of `expected.json`.
  init(folder: URL) throws {
    self = try JSONDecoder().decode(
      Self.self, from: Data(contentsOf: folder.appending(path: "expected.json")))
  }
}

/// The largest difference of numbers at the same place; NaN where there is any, which no bound admits.
func largestDifference(_ found: [Float], _ expected: [Float]) -> Float {
  zip(found, expected).map { abs($0 - $1) }.reduce(0) { $0 >= $1 ? $0 : $1 }
}
