import Foundation
import Raster
import SystemPackage
import TestSupport
import Testing

@testable import Captioning
@testable import Tensors

@Suite("Maps of layers, heads and kinds") struct WordMapTests {
  private typealias Context = CrossAttentionDecoder.Context

  private func captioner(_ folder: String) throws -> Captioner {
    try Captioner(weightsAt: Fixtures.path("transformers/\(folder)"))
  }

  private func picture() throws -> PixelImage { try ImageDecoder.decode(path: Fixtures.path("transformers/wide.png")) }

  /// A photo, and two sentences a few tokens long about it.
  private func context(_ captioner: Captioner) throws -> (context: Context, states: CrossAttentionDecoder.States) {
    let context = try #require(captioner.encode(picture()).context as? Context)
    var states = context.start(2)
    for tokens in [[captioner.text.startTokens[0], captioner.text.startTokens[0]], [5, 40], [17, 60]] {
      states = context.step(tokens, states: states).states
    }
    return (context, states)
  }

  @Test(
    "gradients of the next token's logit are those of difference quotients, in every layer and head",
    arguments: HuggingFaceFolderTests.folders)
  func gradients(folder: String) throws {
    let captioner = try captioner(folder)
    let (context, states) = try context(captioner)
    let (tokens, next) = ([9, 30], [50, 7])
    var pass = TokenPass(context: context, states: states, isTaped: true)
    let logits = pass.logits(tokens)
    #expect(logits.values == context.step(tokens, states: states).logits.values)
    let gradients = pass.weightGradients(of: next)
    let shape = context.decoder.shape
    let size = shape.width / shape.heads
    #expect(gradients.count == shape.layers && gradients[0].shape == [2, shape.heads, 17])
    /// The logit of a sentence's next token when one of its weights changes.
    func logit(_ row: Int, layer: Int, head: Int, position: Int, change: Float) -> Double {
      var pass = TokenPass(context: context, states: states)
      pass.nudge = { index, found, _ in
        guard index == layer else { return }
        let value = context.projections.keysAndValues(layer).values.pointer + position * shape.width + head * size
        let target = found.pointer + row * shape.width + head * size
        for number in 0..<size { target[number] += change * value[number] }
      }
      return Double(pass.logits(tokens).values[row * shape.vocabularySize + next[row]])
    }
    for layer in 0..<shape.layers {
      let largest = Double(gradients[layer].values.map(abs).max()!)
      #expect(largest > 1e-3)
      for head in 0..<shape.heads {
        for position in [0, 5, 16] {
          for row in 0..<2 {
            let (up, down) = (
              logit(row, layer: layer, head: head, position: position, change: 0.01),
              logit(row, layer: layer, head: head, position: position, change: -0.01)
            )
            let numeric = (up - down) / 0.02
            let found = Double(gradients[layer].pointer[(row * shape.heads + head) * 17 + position])
            #expect(abs(numeric - found) <= 0.02 * largest, "\(layer) \(head) \(position) \(row): \(found), \(numeric)")
          }
        }
      }
    }
  }

  @Test("value-weighted maps are the lengths of what each region adds", arguments: HuggingFaceFolderTests.folders)
  func values(folder: String) throws {
    let captioner = try captioner(folder)
    let (context, states) = try context(captioner)
    let (tokens, shape) = ([9, 30], context.decoder.shape)
    let maps = context.step(tokens, states: states, maps: .value, next: [50, 7]).attention
    let attention = context.step(tokens, states: states).attention
    let size = shape.width / shape.heads
    for layer in 0..<shape.layers {
      let output = context.decoder.layers[layer].crossOutput
      let bias = output(Tensor([1, shape.width])).values
      let values = context.projections.keysAndValues(layer).values
      /// What a head adds at a position when it looks there alone.
      func added(_ head: Int, _ position: Int) -> [Double] {
        let found = Tensor([1, shape.width])
        for index in head * size..<(head + 1) * size {
          found.pointer[index] = values.pointer[position * shape.width + index]
        }
        return zip(output(found).values, bias).map { Double($0) - Double($1) }
      }
      func length(_ vector: [Double]) -> Double { vector.reduce(0) { $0 + $1 * $1 }.squareRoot() }
      for row in 0..<2 {
        var sums = [[Double]](repeating: [Double](repeating: 0, count: shape.width), count: 16)
        for head in 0..<shape.heads {
          let weights = attention.map(row, layer: layer, head: head)
          // Of the whole, the class token's share included.
          let lengths = (0..<16).map { Double(weights.values[$0]) * length(added(head, $0 + 1)) }
          try expect(maps.map(row, layer: layer, head: head), lengths)
          for region in 0..<16 {
            let weight = Double(weights.values[region] * (1 - weights.outside))
            for (index, number) in added(head, region + 1).enumerated() { sums[region][index] += weight * number }
          }
        }
        try expect(maps.map(row, layer: layer), sums.map(length))
      }
    }
    let layers = (0..<shape.layers).map { maps.map(0, layer: $0) }
    #expect(maps.map(0) == .mean(layers), "layers count the same")
    #expect(maps.map(0).values != attention.map(0).values)
  }

  private func expect(_ map: AttentionMap, _ weights: [Double]) throws {
    let sum = weights.reduce(0, +)
    #expect(map.values.count == weights.count && abs(map.values.reduce(0, +) - 1) < 1e-5)
    for (found, weight) in zip(map.values, weights) { #expect(abs(Double(found) - weight / sum) < 1e-4) }
  }

  @Test("the class token's share is told and left out", arguments: HuggingFaceFolderTests.folders)
  func outside(folder: String) throws {
    let captioner = try captioner(folder)
    let wanted = try NumPyFile(Fixtures.url("transformers/\(folder)/attention_0.npy"))
    let (steps, layers, heads, positions) = (wanted.shape[0], wanted.shape[1], wanted.shape[2], wanted.shape[3])
    let context = try #require(captioner.encode(picture()).context as? Context)
    let step = context.step([captioner.text.startTokens[0]], states: context.start(1))
    #expect(steps > 1 && positions == 17)
    var sum: Float = 0
    for layer in 0..<layers {
      for head in 0..<heads {
        let share = wanted.floats[(layer * heads + head) * positions]
        #expect(abs(step.attention.map(0, layer: layer, head: head).outside - share) < 1e-4)
        sum += share
      }
    }
    #expect(abs(step.attention.map(0).outside - sum / Float(layers * heads)) < 1e-4)
  }

  @Test("gradient maps count what a word gains alone, layers by how much; where nothing gains the map is even")
  func gains() {
    func layer(_ numbers: [Float]) -> Tensor { Tensor([1, 2, 3], numbers) }
    let maps = AttentionMaps(
      positions: [layer([1, 3, 0, 0, 0, 0]), layer([0, 0, 4, 0, 0, 0])], isAbsolute: true, rows: 1, columns: 2)
    #expect(maps.map(0) == AttentionMap(rows: 1, columns: 2, values: [3 / 7, 4 / 7], outside: 1 / 8))
    #expect(maps.map(0, layer: 0) == AttentionMap(rows: 1, columns: 2, values: [1, 0], outside: 0.25))
    #expect(maps.map(0, layer: 1, head: 1) == AttentionMap(rows: 1, columns: 2, values: [0.5, 0.5]))
  }

  @Test(
    "captions told with other maps keep their words; the maps are those of each of their tokens' steps",
    arguments: HuggingFaceFolderTests.folders)
  func retold(folder: String) throws {
    let captioner = try captioner(folder)
    let image = try captioner.encode(picture())
    let context = try #require(image.context as? Context)
    let drawn = try captioner.captions(
      for: image, settings: DecodingSettings(seed: 2, samples: 3, maxWords: 5, prompt: "a dog"))
    #expect(drawn[0].maps.layers == 3 && drawn[0].maps.heads == 4 && drawn[0].maps.isSpecial)
    #expect(try captioner.retold(drawn, for: image, maps: MapChoice()) == drawn)
    for choice in [
      MapChoice(kind: .gradient), MapChoice(kind: .value, layer: 1), MapChoice(layer: 2, head: 3),
    ] {
      let retold = try captioner.retold(drawn, for: image, maps: choice)
      #expect(retold.map(\.text) == drawn.map(\.text) && retold.map(\.logProbability) == drawn.map(\.logProbability))
      #expect(retold.allSatisfy { $0.maps.choice == choice })
      // Back to what they had.
      let back = try captioner.retold(retold, for: image, maps: MapChoice())
      for (one, other) in zip(back.flatMap(\.words), drawn.flatMap(\.words)) {
        #expect(zip(one.attention.values, other.attention.values).allSatisfy { abs($0 - $1) < 1e-5 })
      }
      for (caption, words) in zip(retold, drawn) {
        var states = context.start(1)
        var last = captioner.text.startTokens(prompt: "a dog")!
        for token in last.dropLast() { states = context.step([token], states: states).states }
        for (word, told) in zip(words.words, caption.words) {
          var maps: [AttentionMap] = []
          for token in word.tokens.map(\.token) {
            let step = context.step([last.last!], states: states, maps: choice.kind, next: [token])
            maps.append(step.attention.map(0, layer: choice.layer, head: choice.head))
            states = step.states
            last = [token]
          }
          let wanted = AttentionMap.mean(maps)
          #expect(zip(told.attention.values, wanted.values).allSatisfy { abs($0 - $1) < 1e-5 })
        }
      }
    }
  }

  @Test("a recited text of several lines has each line's own maps") func recited() throws {
    let captioner = try captioner("blip")
    let image = try captioner.encode(picture())
    let choice = MapChoice(kind: .value, layer: 0)
    func maps(_ text: String) throws -> [AttentionMap] {
      try captioner.retold([captioner.recited(text, for: image)], for: image, maps: choice)[0].words.map(\.attention)
    }
    let (both, first, second) = (try maps("a dog\nthe man runs"), try maps("a dog"), try maps("the man runs"))
    #expect(both.count == first.count + second.count && both.count > 3)
    for (one, other) in zip(both, first + second) {
      #expect(zip(one.values, other.values).allSatisfy { abs($0 - $1) < 1e-5 })
    }
  }

  @Test("maps that a network does not have are refused by name") func refusals() throws {
    let blip = try captioner("blip")
    #expect(blip.problem(with: MapChoice(kind: .gradient, layer: 2, head: 3)) == nil)
    #expect(blip.problem(with: MapChoice(layer: 3)) == "layer: 4, expected 1 to 3")
    #expect(blip.problem(with: MapChoice(head: -1)) == "head: 0, expected 1 to 4")
    let small = try Captioner.random(CompactShape.tiny, inputSize: 16, width: 8, words: ["dog"])
    #expect(small.problem(with: MapChoice(kind: .gradient)) == nil)
    #expect(
      small.problem(with: MapChoice(layer: 0)) == "layer: 1, expected none: this network has one map for each word")
  }
}
