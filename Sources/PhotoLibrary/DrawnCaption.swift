import Captioning
import Foundation
import SystemPackage

/// What a sidecar's origin tells of the caption that a network had drawn: enough to draw it again.
package struct DrawnCaption: Sendable, Equatable {
  package let text: String
  /// SHA-256 of the weights file, in hexadecimal.
  package let sha256: String
  /// With the caption's own seed, and one sample.
  package let settings: DecodingSettings

  /// - Parameters:
  ///   - text: what the sidecar says.
  ///   - photo: beside which the sidecar lies.
  /// - Returns: nil where that is not known to be what a network had drawn, word for word.
  package init?(of text: String, beside photo: FilePath) {
    guard let data = Sidecar.beginning(of: CaptionOrigin.path(for: photo), bytes: 1 << 18),
      let file = try? Self.decoder.decode(File.self, from: data), file.text == text, file.drawn.text == text,
      let settings = file.drawn.settings
    else { return nil }
    (self.text, sha256, self.settings) = (text, file.weights.sha256, settings)
  }

  private static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return decoder
  }

  private struct File: Decodable {
    struct Weights: Decodable {
      let sha256: String
    }

    struct Drawn: Decodable {
      let text: String
      let mode: String
      var beam: Int?
      let topK: Int
      let temperature: Float
      let seed: UInt64
      // Earlier versions did not write these.
      var minWords: Int?
      var maxWords: Int?
      /// Where captions went on from one.
      var prompt: String?
      /// Where captions began with given words.
      var prefix: String?
      var prefixTokens: [Int]?
      /// Where the network could not look everywhere, which settings do not tell.
      var hidden: Hidden?

      struct Hidden: Decodable {}

      /// Nil where the file says what no program of ours writes, or what settings do not tell.
      var settings: DecodingSettings? {
        guard hidden == nil else { return nil }
        var settings = DecodingSettings(topK: topK, temperature: temperature, seed: seed, samples: 1)
        switch (mode, beam) {
        case ("sample", nil): settings.mode = .sample
        case ("greedy", nil): settings.mode = .greedy
        case ("beam", let width?) where width <= 1000: settings.mode = .beam(width: width)
        default: return nil
        }
        settings.minWords = minWords ?? settings.minWords
        settings.maxWords = maxWords ?? settings.maxWords
        settings.prompt = prompt
        if let prefix, let prefixTokens, !prefixTokens.isEmpty {
          settings.prefix = CaptionPrefix(text: prefix, tokens: prefixTokens)
        }
        return (try? settings.validate()) == nil ? nil : settings
      }
    }

    let text: String
    let weights: Weights
    let drawn: Drawn
  }
}
