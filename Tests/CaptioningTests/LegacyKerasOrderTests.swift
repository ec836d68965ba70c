import Testing

@testable import Captioning
@testable import WeightFiles

@Suite("A nested model's layers come in its order, whichever were frozen, or the file is refused")
struct LegacyKerasOrderTests {
  private typealias Named = (owner: String, kind: KerasLayer.Kind)

  /// InceptionResNetV2's layers and a Dense, in the model's order, numbered from `first` on.
  private static func model(first: Int) -> [Named] {
    let made = InceptionResNetV2.plan.flatMap { block in
      block.branches.joined().compactMap { step -> String? in
        if case .layer(let layer) = step, block.name != "conv_7b" { layer.name } else { nil }
      }
    }
    let numbers = Dictionary(uniqueKeysWithValues: zip(made, first...))
    func name(_ base: String, _ number: Int) -> String { number == 0 ? base : "\(base)_\(number)" }
    return InceptionResNetV2.layersInKerasOrder.flatMap { layer -> [Named] in
      if let number = numbers[layer.name] {
        return [(name("conv2d", number), .convolution), (name("batch_normalization", number), .normalization)]
      }
      let block = String(layer.name.split(separator: "/")[1])
      return layer.isNormalized
        ? [(block, .convolution), ("\(block)_bn", .normalization)] : [("\(block)_conv", .convolution)]
    } + [("dense", .dense)]
  }

  private static func isFrozen(_ pattern: String, _ index: Int) -> Bool {
    switch pattern {
    case "none": false
    case "all": true
    case "first half": index < 220
    case "middle": (100..<180).contains(index)
    case "last half": index >= 220
    default: index % 3 == 0
    }
  }

  private static let patterns = ["none", "all", "first half", "middle", "last half", "every third"]

  /// As Keras lists them: those with weights that are trained first.
  private static func listed(_ model: [Named], _ pattern: String) -> [Named] {
    let parts = model.enumerated().map { (isFrozen: isFrozen(pattern, $0.offset), layer: $0.element) }
    return parts.filter { !$0.isFrozen }.map(\.layer) + parts.filter(\.isFrozen).map(\.layer)
  }

  private static func sorted(_ layers: [Named], _ config: String?) throws -> [String] {
    let order = LegacyKerasOrder(path: "f.h5", config: KerasModelConfig(json: config))
    return try order.sorted(layers.map(\.owner), layers.map(\.kind), of: "encoder")
  }

  @Test("the names Keras gives tell the order", arguments: patterns, [0, 7]) func names(pattern: String, first: Int)
    throws
  {
    let model = Self.model(first: first)
    #expect(try Self.sorted(Self.listed(model, pattern), nil) == model.map(\.owner))
  }

  @Test("the configuration tells the order of a model within a model", arguments: patterns)
  func configuration(pattern: String) throws {
    let model = Self.model(first: 0).enumerated().map { (owner: "layer_\($0.offset)", kind: $0.element.kind) }
    func layers(_ names: [String]) -> String { names.map { #"{"config":{"name":"\#($0)"}}"# }.joined(separator: ",") }
    let inner = #"{"config":{"name":"inner","layers":[\#(layers(model.dropLast().map(\.owner)))]}}"#
    let encoder = #"{"config":{"name":"encoder","layers":[\#(inner),\#(layers([model.last!.owner]))]}}"#
    let config = #"{"config":{"name":"whole","layers":[\#(encoder)]}}"#
    #expect(try Self.sorted(Self.listed(model, pattern), config) == model.map(\.owner))
  }

  @Test("layers of other names, and one layer too few or too many, are refused without a configuration") func refused()
  {
    let model = Self.model(first: 0)
    let renamed = model.map { (owner: "x_\($0.owner)", kind: $0.kind) }
    for layers in [renamed, Array(model.dropFirst()), model + [("conv2d_500", .convolution)]] {
      let error = #expect(throws: WeightFileError.self) { try Self.sorted(layers, nil) }
      #expect(
        error?.description.hasPrefix("f.h5: the order of the layers in \"encoder\": expected a model_config") == true)
    }
  }

  @Test("one layer of each kind needs no telling") func single() throws {
    let layers: [Named] = [("gru/gru_cell", .gru), ("embedding", .embedding), ("any", .dense)]
    #expect(try Self.sorted(layers, nil) == layers.map(\.owner))
  }
}
