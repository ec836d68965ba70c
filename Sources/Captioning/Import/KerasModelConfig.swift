import Foundation
import WeightFiles

/// The order of layers within each nested model, from the configuration a whole model's file carries.
///
/// The weights of a nested model are listed with the trainable ones first, which is not the model's order when only
/// some of its layers were frozen.
struct KerasModelConfig {
  private struct Layer: Decodable {
    struct Config: Decodable {
      let name: String?
      let layers: [Layer]?
    }
    let config: Config
  }

  /// Places of layers' names by the name of their model.
  private var places: [String: [String: Int]] = [:]

  /// - Parameter json: the attribute `model_config`; what cannot be read is taken for no configuration.
  init(json: String?) {
    guard let json, let model = try? JSONDecoder().decode(Layer.self, from: Data(json.utf8)) else { return }
    add(model.config)
  }

  private mutating func add(_ model: Layer.Config) {
    guard let layers = model.layers else { return }
    if let name = model.name {
      let names = layers.compactMap(\.config.name)
      places[name] = Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
    }
    for layer in layers { add(layer.config) }
  }

  /// `layers` of the model called `model` in its order; as they are when nothing is known of it.
  func ordered(_ layers: [String], of model: String) -> [String] {
    guard let places = places[model] else { return layers }
    // A recurrent layer's weights are its cell's: "gru/gru_cell".
    func place(_ layer: String) -> Int { places[String(layer.prefix { $0 != "/" })] ?? .max }
    return layers.enumerated().sorted { (place($0.element), $0.offset) < (place($1.element), $1.offset) }.map(\.element)
  }
}
