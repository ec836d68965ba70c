import Foundation
import Raster
import SystemPackage
import TestSupport
import Testing

@testable import Captioning
@testable import Tensors

@Suite("Hugging Face's folders of BLIP and ViT with GPT-2 give what transformers gives")
struct HuggingFaceFolderTests {
  static let folders = ["blip", "vit-gpt2"]

  private func url(_ folder: String, _ name: String) -> URL { Fixtures.url("transformers/\(folder)/\(name)") }

  private func path(_ folder: String) -> FilePath { Fixtures.path("transformers/\(folder)") }

  private func expected(_ folder: String) throws -> TransformersResults {
    try TransformersResults(folder: url(folder, ""))
  }

  private func picture(_ name: String) throws -> PixelImage {
    try ImageDecoder.decode(path: Fixtures.path("transformers/\(name)"))
  }

  @Test(
    "pixels are those of its image processor: at most a level of 255 apart, and equal in 99.9 %", arguments: folders)
  func pixels(folder: String) throws {
    let captioner = try Captioner(weightsAt: path(folder))
    let size = captioner.description.encoder.height
    for (index, photo) in try expected(folder).photos.enumerated() {
      let wanted = try NumPyFile(url(folder, "pixels_\(index).npy"))
      #expect(wanted.shape == [3, size, size] && captioner.description.encoder.width == size)
      let pixels = Tensor([size, size, 3])
      try ImageEncoder(weightsAt: path(folder)).write(picture(photo.file), into: pixels.pointer)
      let found = (0..<3).flatMap { channel in (0..<size * size).map { pixels.pointer[$0 * 3 + channel] } }
      // A level is 1/255 over a deviation of at least a quarter.
      let differences = zip(found, wanted.floats).map { abs($0 - $1) }
      #expect(differences.max()! <= 1 / 255 / 0.25 && differences.count == 3 * size * size)
      #expect(Double(differences.count { $0 > 1e-4 }) <= 0.001 * Double(differences.count), "\(photo.file)")
    }
  }

  @Test("features are within 1e-4 of transformers'", arguments: folders) func features(folder: String) throws {
    let captioner = try Captioner(weightsAt: path(folder))
    for (index, photo) in try expected(folder).photos.enumerated() {
      let wanted = try NumPyFile(url(folder, "features_\(index).npy"))
      let features = try captioner.encode(picture(photo.file)).features
      let found = features.global!.values + features.regions.values
      #expect(wanted.shape == [found.count / features.channels, features.channels])
      let largest = wanted.floats.map(abs).max()!
      let off = largestDifference(found, wanted.floats) / largest
      #expect(off <= 1e-4, "\(photo.file): \(off)")
    }
  }

  @Test("features stay what they are when the weights are laid out once for all photos to come", arguments: folders)
  func keptWeights(folder: String) throws {
    let captioner = try Captioner(weightsAt: path(folder))
    let photo = try picture("wide.png")
    let first = try captioner.encode(photo).features
    for _ in 0..<KeptPanels.usesBefore { _ = try captioner.encode(photo) }
    let later = try captioner.encode(photo).features
    #expect(later.regions.values == first.regions.values && later.global!.values == first.global!.values)
  }

  @Test(
    "every layer's and head's attention is within 1e-4, and the words' log-probabilities within 1e-3",
    arguments: folders)
  func attention(folder: String) throws {
    let captioner = try Captioner(weightsAt: path(folder))
    for (index, photo) in try expected(folder).photos.enumerated() {
      let wanted = try NumPyFile(url(folder, "attention_\(index).npy"))
      let (layers, heads, positions) = (wanted.shape[1], wanted.shape[2], wanted.shape[3])
      let image = try captioner.encode(picture(photo.file))
      var maps: [Float] = []
      let tokens = captioner.text.startTokens + photo.tokens
      try walk(image.context, tokens) { logits, attention, position in
        #expect(attention.layers == layers && attention.heads == heads)
        maps += Array(attention.weights.row(0))
        let logProbability = Double(logits[tokens[position + 1]]) - Sampler.logSumExp(logits)
        #expect(abs(logProbability - photo.log_probabilities[position]) <= 1e-3)
      }
      let globals = positions - maps.count / (photo.tokens.count * layers * heads)
      let regions = withoutGlobals(wanted.floats, positions: positions, globals: globals)
      let off = largestDifference(maps, regions) / regions.max()!
      #expect(maps.count == regions.count && off <= 1e-4, "\(photo.file): \(off)")
    }
  }

  @Test("greedy captions have transformers' tokens, with a prompt too where it has one", arguments: folders)
  func greedy(folder: String) throws {
    let captioner = try Captioner(weightsAt: path(folder))
    for photo in try expected(folder).photos {
      let image = try captioner.encode(picture(photo.file))
      func tokens(_ prompt: String?) throws -> [Int] {
        let settings = DecodingSettings(mode: .greedy, maxWords: 12, prompt: prompt)
        return try captioner.captions(for: image, settings: settings)[0].words.flatMap { $0.tokens.map(\.token) }
      }
      let found = try tokens(nil)
      let wanted = photo.tokens.filter { $0 != captioner.text.endToken }
      #expect(!found.isEmpty && found.prefix(12) == wanted.prefix(found.count), "\(photo.file): \(found)")
      if let prompted = photo.prompted {
        #expect(captioner.text.startTokens(prompt: "a picture of") == prompted.prompt_tokens)
        let found = try tokens("a picture of")
        let wanted = prompted.tokens.filter { $0 != captioner.text.endToken }
        #expect(found.prefix(12) == wanted.prefix(found.count), "\(photo.file): \(found)")
      }
    }
  }

  @Test("five samples drawn together are those drawn alone", arguments: folders) func samples(folder: String) throws {
    let captioner = try Captioner(weightsAt: path(folder))
    let image = try captioner.encode(picture("wide.png"))
    let together = try captioner.captions(for: image, settings: DecodingSettings(seed: 4, samples: 5, maxWords: 8))
    for (index, caption) in together.enumerated() {
      let alone = try captioner.captions(
        for: image, settings: DecodingSettings(seed: 4 + UInt64(index), samples: 1, maxWords: 8))[0]
      #expect(caption == alone)
    }
  }

  /// Steps through a sentence, asking `body` after each of its tokens but the last.
  private func walk<Context: DecodingContext>(
    _ context: Context, _ tokens: [Int], _ body: (UnsafeBufferPointer<Float>, AttentionMaps, Int) throws -> Void
  ) throws {
    var states = context.start(1)
    for position in 0..<tokens.count - 1 {
      let step = context.step([tokens[position]], states: states)
      try body(step.logits.row(0), step.attention, position)
      states = step.states
    }
  }

  /// Each map without what is no region, brought to a sum of 1.
  private func withoutGlobals(_ maps: [Float], positions: Int, globals: Int) -> [Float] {
    stride(from: 0, to: maps.count, by: positions).flatMap { first in
      let regions = maps[first + globals..<first + positions]
      let sum = regions.reduce(0, +)
      return regions.map { $0 / sum }
    }
  }
}
