import ArgumentParser
import Captioning
import Files
import Reports

/// About how much memory benchmarks take, as was measured of a few, so that none takes all of it.
enum BenchmarkMemory {
  /// In bytes.
  private static let most = 8_000_000_000

  /// Refuses work that takes too much.
  /// - Parameters:
  ///   - flags: what makes it as large as it is.
  ///   - bytes: how much it takes.
  static func check(_ flags: String, _ bytes: Int) throws {
    guard bytes > most else { return }
    let (much, limit) = (Figures.bytes(bytes), Figures.bytes(most))
    throw ValidationError("\(flags) would take about \(much) of memory, expected at most \(limit)")
  }

  /// Refuses decoders that are none.
  static func checkNetwork(vocabulary: Int, width: Int) throws {
    if !(8...1_000_000).contains(vocabulary) {
      throw ValidationError("--vocabulary: \(vocabulary), expected 8…1000000")
    }
    if !(1...4096).contains(width) { throw ValidationError("--width: \(width), expected 1…4096") }
  }

  static func encode(_ architecture: EncoderDescription.Architecture, batch: Int) -> Int {
    batch * (architecture == .compact ? 5_000_000 : 32_000_000)
  }

  static func trainEncoder(batch: Int) -> Int { batch * 21_000_000 }

  /// The words' vectors, and the word layer twice: as stored, and as it is multiplied.
  static func decode(samples: Int, vocabulary: Int, width: Int) -> Int {
    4 * vocabulary * (3 * width + samples)
  }

  /// The words' vectors and the word layer, each with its gradient and Adam's two means; for each word of a photo a
  /// number for every word there is, and the photo's features.
  static func trainStep(batch: Int, vocabulary: Int, width: Int) -> Int {
    4 * (8 * vocabulary * width + batch * (14 * vocabulary + 2 * 64 * 1536))
  }
}
