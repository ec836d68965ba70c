import Foundation
import WeightFiles

/// The order of layers within each nested model, from the configuration a whole model's file carries.
struct KerasModelConfig {
  private struct Layer: Decodable {
    struct Config: Decodable {
      let name: String?
      let layers: [Layer]?
    }
    let config: Config
  }

  /// Places of layers' names by the name of their model, those of models within it among them. Nil for a model whose
  /// name another one has; names that several of its layers have are left out.
  private var places: [String: [String: Int]?] = [:]

  /// - Parameter json: the attribute `model_config`; what cannot be read is taken for no configuration.
  init(json: String?) {
    guard let json, let model = try? JSONDecoder().decode(Layer.self, from: Data(json.utf8)) else { return }
    _ = add(model.config)
  }

  /// - Returns: the names of the layers below, in the model's order.
  private mutating func add(_ model: Layer.Config) -> [String] {
    guard let layers = model.layers else { return model.name.map { [$0] } ?? [] }
    let names = layers.flatMap { add($0.config) }
    if let name = model.name {
      let isKnown = places.updateValue(nil, forKey: name) != nil
      let counts = Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +)
      let unique = names.indices.filter { counts[names[$0]] == 1 }.map { (names[$0], $0) }
      if !isKnown { places[name] = .some(Dictionary(uniqueKeysWithValues: unique)) }
    }
    return names
  }

  /// The places of the layers of the model called `model`; nil when the configuration does not tell them.
  func places(in model: String) -> [String: Int]? { places[model] ?? nil }
}
