import Foundation
import TestSupport
import Testing

@testable import Captioning
@testable import Tensors

/// The golden weights under the names InceptionResNetV2 has here: the script counts convolutions in Keras' order.
struct NumberedGoldenWeights: WeightSource {
  let golden: GoldenWeights
  private let numbers = Dictionary(
    uniqueKeysWithValues: InceptionResNetV2.layersInKerasOrder.enumerated().map { ($1.name, $0) })

  init(seed: UInt64) { golden = GoldenWeights(seed: seed) }

  func kernel(_ name: String, _ shape: [Int], gain: Float) -> Tensor {
    golden.kernel(numbered(name), shape, gain: gain)
  }
  func constant(_ name: String, _ shape: [Int], _ value: Float) -> Tensor {
    golden.constant(numbered(name), shape, value)
  }

  private func numbered(_ name: String) -> String {
    let slash = name.lastIndex(of: "/")!
    return "irv2/\(numbers[String(name[..<slash])]!)\(name[slash...])"
  }
}

@Suite struct InceptionResNetV2Tests {
  /// What the reference script noted of Keras' layers and of activations on the way.
  private struct Reference: Decodable {
    struct Layer: Decodable {
      let kernel: [Int]
      let strides: [Int]
      let padding: String
      let bias: Bool
    }
    struct Tap: Decodable {
      let layer: String
      let shape: [Int]
      let mean: Double
      let std: Double
      let first: [Double]
    }
    let layers: [Layer]
    let taps: [Tap]
  }
  private let reference: Reference

  init() throws {
    reference = try JSONDecoder().decode(Reference.self, from: Data(contentsOf: Fixtures.url("irv2/irv2.json")))
  }

  @Test func theLayersAreKerasInKerasOrder() {
    let layers = InceptionResNetV2.layersInKerasOrder
    #expect(layers.count == 244 && reference.layers.count == 244)
    #expect(Set(layers.map(\.name)).count == 244)
    for (number, (layer, expected)) in zip(layers, reference.layers).enumerated() {
      let convolution = layer.convolution
      #expect(convolution.kernelShape == expected.kernel, "layer \(number), \(layer.name)")
      #expect([convolution.stride, convolution.stride] == expected.strides, "layer \(number), \(layer.name)")
      // Padding is nothing to a 1×1 convolution.
      if convolution.kernelShape[..<2] != [1, 1] {
        #expect((convolution.padding == .same ? "same" : "valid") == expected.padding, "layer \(number), \(layer.name)")
      }
      #expect(layer.isNormalized != expected.bias, "layer \(number), \(layer.name)")
    }
  }

  @Test func theFeatureMapOf299PixelsIs8RegionsWide() {
    #expect(InceptionResNetV2.regions(299) == 8)
    #expect(InceptionResNetV2.regions(InceptionResNetV2.smallestSide) == 1)
  }

  /// Every block's output where the reference looked, and the grid itself, against TensorFlow.
  @Test func activationsAndGridEqualTensorFlows() throws {
    var weights = NumberedGoldenWeights(seed: 1)
    let network = try InceptionResNetV2(height: 299, width: 299, weights: &weights)
    let image = weights.golden.filled("image", [1, 299, 299, 3], 0, 1)
    let expected = try NumPyFile(Fixtures.url("irv2/irv2_features.npy"))
    let taps = Dictionary(uniqueKeysWithValues: reference.taps.map { ($0.layer, $0) })
    // Keras' names are those of a block's last layer.
    let kerasNames = ["block35_10": "block35_10_ac", "block17_20": "block17_20_ac", "conv_7b": "features"]
    var seen: [String] = []
    let compare = { (name: String, y: Tensor) in
      guard let tap = taps[kerasNames[name] ?? name] else { return }
      seen.append(tap.layer)
      expectEqual(y, tap)
    }
    let grid = try network.encode(image, isCancelled: { false }, afterBlock: compare)
    #expect(seen == reference.taps.map(\.layer))
    #expect(grid.shape == [1, 8, 8, 1536] && expected.shape == grid.shape)
    let largest = expected.floats.map(abs).max()!
    let worst = zip(grid.values, expected.floats).map { abs($0 - $1) }.reduce(0) { $0 >= $1 ? $0 : $1 }
    #expect(worst <= 1e-4 * largest, "off by \(worst / largest) of the largest")
  }

  private func expectEqual(_ y: Tensor, _ tap: Reference.Tap) {
    #expect(y.shape == tap.shape)
    let values = y.values
    let mean = values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
    let variance = values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(values.count)
    #expect(abs(mean - tap.mean) <= 1e-5 * tap.mean, "\(tap.layer): mean \(mean), expected \(tap.mean)")
    #expect(abs(variance.squareRoot() - tap.std) <= 1e-5 * tap.std, "\(tap.layer): deviation")
    for (index, (found, first)) in zip(values, tap.first).enumerated() {
      let close = abs(Double(found) - first) <= 1e-4 * (tap.mean + tap.std)
      #expect(close, "\(tap.layer)[\(index)]: \(found), not \(first)")
    }
  }

  @Test func encodingStopsWhenCancelled() throws {
    var weights = ZeroWeights()
    let network = try InceptionResNetV2(height: 75, width: 75, weights: &weights)
    var questions = 0
    #expect(throws: CancellationError.self) {
      _ = try network.encode(Tensor([1, 75, 75, 3])) {
        questions += 1
        return questions > 2
      }
    }
    #expect(questions == 3)
  }
}

/// Fills quickly.
private struct ZeroWeights: WeightSource {
  func kernel(_ name: String, _ shape: [Int], gain: Float) -> Tensor { Tensor(shape) }
  func constant(_ name: String, _ shape: [Int], _ value: Float) -> Tensor { Tensor(shape, repeating: value) }
}
