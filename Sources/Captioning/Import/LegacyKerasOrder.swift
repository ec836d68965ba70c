import Files
import SystemPackage
import WeightFiles

/// The order of a nested model's layers in a legacy file.
///
/// Keras lists the weights that are trained before the others, at every level of nesting. Which ones were is not in the
/// file, so the order of the list is the model's where there is one layer alone of each kind, and otherwise must be told
/// by the configuration or by the layers' names.
struct LegacyKerasOrder {
  /// The file, for errors.
  let path: FilePath
  let config: KerasModelConfig

  /// The layers in the model's order.
  /// - Parameters:
  ///   - owners: what stands before the tensors' own names: `conv2d_3`, `gru/gru_cell`.
  ///   - kinds: theirs.
  ///   - model: the nested model's name.
  /// - Throws: when nothing tells the order.
  func sorted(_ owners: [String], _ kinds: [KerasLayer.Kind], of model: String) throws(WeightFileError) -> [String] {
    if Set(kinds).count == kinds.count { return owners }
    if let places = config.places(in: model) {
      let found = owners.map { owner in owner.split(separator: "/").compactMap { places[String($0)] }.last }
      if Set(found).count == found.count, !found.contains(nil) { return sorted(owners, by: found.map { $0! }) }
    }
    let names = owners.map { String($0.split(separator: "/").last ?? "") }
    let places = InceptionResNetV2.placesInKerasOrder(of: names) ?? [:]
    let others = zip(names, kinds).filter { places[$0.0] == nil }.map(\.1)
    guard Set(others).count == others.count else {
      throw .malformed(
        path: path, what: "the order of the layers in \(JSONText.quoted(model))",
        expected: "a model_config or names as Keras gives them to tell it, for frozen layers are listed last; weights "
          + "saved as .weights.h5 have their order", found: "neither")
    }
    return sorted(owners, by: names.map { places[$0] ?? .max })
  }

  /// Those of equal places stay in their order.
  private func sorted(_ owners: [String], by places: [Int]) -> [String] {
    owners.indices.sorted { (places[$0], $0) < (places[$1], $1) }.map { owners[$0] }
  }
}
