import Foundation
import Raster
import SystemPackage
import TestSupport
import Testing

@testable import Captioning
@testable import Tensors

/// Folders of published size, which are too large to be fixtures: `Tests/Benchmarks/published_size.sh` makes them and runs
/// this.
private let folders = (ProcessInfo.processInfo.environment["GAZE_PUBLISHED"] ?? "").split(separator: ":").map(
  String.init)

@Suite("Captioners of published size give what transformers gives", .enabled(if: !folders.isEmpty))
struct PublishedSizeTests {
  @Test("features, every layer's and head's attention, greedy tokens and their probabilities", arguments: folders)
  func parity(path: String) throws {
    let url = URL(fileURLWithPath: path)
    let expected = try TransformersResults(folder: url)
    let captioner = try Captioner(weightsAt: FilePath(path))
    let image = try captioner.encode(ImageDecoder.decode(path: Fixtures.path("transformers/wide.png")))
    let context = try #require(image.context as? CrossAttentionDecoder.Context)
    let photo = expected.photos[0]

    // The first eight channels of each position.
    let features = try NumPyFile(url.appending(path: "features_0.npy"))
    let (channels, kept) = (image.features.channels, features.shape[1])
    let found = image.features.global!.values + image.features.regions.values
    let parts = (0..<features.shape[0]).flatMap { Array(found[$0 * channels..<$0 * channels + kept]) }
    let featuresOff = largestDifference(parts, features.floats) / features.floats.map(abs).max()!
    #expect(parts.count == features.floats.count && featuresOff <= 1e-4)

    let attention = try NumPyFile(url.appending(path: "attention_0.npy"))
    let (layers, heads, positions) = (attention.shape[1], attention.shape[2], attention.shape[3])
    var (attentionOff, probabilityOff): (Float, Double) = (0, 0)
    var states = context.start(1)
    var last = captioner.text.startTokens
    #expect(attention.shape[0] == photo.tokens.count)
    for (step, token) in photo.tokens.enumerated() {
      var pass = TokenPass(context: context, states: states)
      let all = pass.logits(last)
      let logits = all.row(0)
      defer { withExtendedLifetime(all) {} }
      let maps = pass.maps(.attention, next: [])
      for layer in 0..<layers {
        for head in 0..<heads {
          let first = ((step * layers + layer) * heads + head) * positions
          let wanted = Array(attention.floats[first..<first + positions])
          let map = maps.map(0, layer: layer, head: head)
          let globals = positions - map.values.count
          // As transformers has it: the class token's share among the others.
          let regions = map.values.map { $0 * (1 - map.outside) }
          attentionOff = max(attentionOff, largestDifference(regions, Array(wanted[globals...])) / wanted.max()!)
        }
      }
      let logProbability = Double(logits[token]) - Sampler.logSumExp(logits)
      probabilityOff = max(probabilityOff, abs(logProbability - photo.log_probabilities[step]))
      #expect(Sampler.largest(1, of: logits) == [token], "step \(step)")
      (states, last) = (pass.states, [token])
    }
    #expect(attentionOff <= 1e-4 && probabilityOff <= 1e-3)
    if let prompted = photo.prompted {
      #expect(captioner.text.startTokens(prompt: "a picture of") == prompted.prompt_tokens)
      let settings = DecodingSettings(mode: .greedy, maxWords: prompted.tokens.count, prompt: "a picture of")
      let tokens = try captioner.captions(for: image, settings: settings)[0].words.flatMap { $0.tokens.map(\.token) }
      #expect(Array(tokens.prefix(prompted.tokens.count)) == prompted.tokens.filter { $0 != captioner.text.endToken })
    }
    print("\(path): features \(featuresOff), attention \(attentionOff), log-probabilities \(probabilityOff)")
  }
}
