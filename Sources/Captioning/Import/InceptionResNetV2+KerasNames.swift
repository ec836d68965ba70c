/// What `keras.applications.InceptionResNetV2` calls its layers, which tells their order whatever order they come in.
///
/// Keras numbers the layers it was given no name for as they are made, block after block and branch after branch, from
/// where an earlier network left off; those at the ends of blocks have names.
extension InceptionResNetV2 {
  private struct Numbered {
    let base: String
    let number: Int

    /// `conv2d_12` for the base `conv2d`; without a number it is the first.
    init?(_ name: String, base: String) {
      let rest = name.dropFirst(base.count)
      guard name.hasPrefix(base), rest.isEmpty || rest.first == "_" else { return nil }
      guard let number = rest.isEmpty ? 0 : Int(rest.dropFirst()) else { return nil }
      (self.base, self.number) = (base, number)
    }
  }

  /// The places of the network's layers in Keras' `model.layers`, by their names.
  /// - Parameter names: of the layers in a file, others among them.
  /// - Returns: nil when they are not the names Keras gave.
  static func placesInKerasOrder(of names: [String]) -> [String: Int]? {
    let order = Dictionary(
      uniqueKeysWithValues: layersInKerasOrder.enumerated().map { ($0.element.name, $0.offset) })
    var (numbered, places) = ([Int](), [String: Int]())
    for block in plan {
      for case .layer(let layer) in block.branches.joined() {
        let place = 2 * order[layer.name]!
        if block.name == "conv_7b" {
          (places[block.name], places["\(block.name)_bn"]) = (place, place + 1)
        } else {
          numbered.append(place)
        }
      }
      if let projection = block.projection { places["\(block.name)_conv"] = 2 * order[projection.layer.name]! }
    }
    guard Set(names).isSuperset(of: places.keys) else { return nil }
    for (offset, base) in ["conv2d", "batch_normalization"].enumerated() {
      let found = names.filter { Numbered($0, base: base) != nil }
        .sorted { Numbered($0, base: base)!.number < Numbered($1, base: base)!.number }
      guard found.count == numbered.count, Set(found).count == found.count else { return nil }
      for (name, place) in zip(found, numbered) { places[name] = place + offset }
    }
    return places
  }
}
