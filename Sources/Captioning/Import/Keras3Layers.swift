import WeightFiles

/// Reads the layout of Keras 3: a group for each layer, called after its class and numbered in the model's order
/// within the class, with its tensors as `vars/0`, `vars/1`, …; a nested model is a group with `layers` of its own.
enum Keras3Layers {
  /// What training leaves beside the model's own weights.
  private static let notWeights: Set<String> = ["optimizer"]

  static func read(_ root: HDF5Node) -> [KerasLayer] {
    let beside = root.children.filter { $0.name != "layers" && !notWeights.contains($0.name) }
    return layers(in: root.child("layers")!) + beside.flatMap(strangers)
  }

  /// - Parameter group: a `layers` group.
  private static func layers(in group: HDF5Node) -> [KerasLayer] {
    group.children.map { (NumberedName($0.name), $0) }.sorted { $0.0 < $1.0 }.flatMap { name, node -> [KerasLayer] in
      guard let nested = node.child("layers") else { return layer(name, node).map { [$0] } ?? [] }
      return layers(in: nested) + node.children.filter { $0.name != "layers" }.flatMap(strangers)
    }
  }

  /// Nil for a layer that has no weights.
  private static func layer(_ name: NumberedName, _ node: HDF5Node) -> KerasLayer? {
    let kind = KerasLayer.Kind.known.first { $0.name == name.base } ?? .other(name.base)
    let datasets = node.datasets
    if datasets.isEmpty, case .other = kind { return nil }
    // A recurrent layer's tensors belong to its cell.
    let place = kind == .gru ? "\(node.path)/cell/vars/" : "\(node.path)/vars/"
    let roles = roles(kind)
    let variables = datasets.map { path, dataset in
      let number = path.hasPrefix(place) ? Int(path.dropFirst(place.count)) : nil
      let role = number.flatMap { roles.indices.contains($0) ? roles[$0] : nil }
      return KerasLayer.Variable(role: role ?? path, path: path, shape: dataset.shape)
    }
    // A number that is skipped is a tensor that is not there.
    let absent = roles.enumerated().filter { _, role in !variables.contains { $0.role == role } }.map {
      KerasLayer.Variable(role: $1, path: "\(place)\($0)", shape: nil)
    }
    let optional: Set = kind == .convolution ? ["bias"] : []
    return KerasLayer(
      path: node.path, kind: kind, variables: variables + absent.filter { !optional.contains($0.role) })
  }

  /// What the tensors 0, 1, … of a layer are.
  private static func roles(_ kind: KerasLayer.Kind) -> [String] {
    switch kind {
    case .convolution, .dense: ["kernel", "bias"]
    // InceptionResNetV2's have no gamma.
    case .normalization: ["beta", "moving_mean", "moving_variance"]
    case .embedding: ["embeddings"]
    case .gru: ["kernel", "recurrent_kernel", "bias"]
    case .layerNormalization: ["gamma", "beta"]
    case .other: []
    }
  }

  /// Tensors outside every layer, each as a layer that cannot be imported.
  private static func strangers(_ node: HDF5Node) -> [KerasLayer] {
    node.datasets.map {
      KerasLayer(
        path: $0.path, kind: .other("tensor outside the layers"),
        variables: [.init(role: $0.path, path: $0.path, shape: $0.dataset.shape)])
    }
  }
}

/// `conv2d_12`: a class and a number; without a number it is the first.
private struct NumberedName: Comparable {
  let base: String
  let number: Int

  init(_ name: String) {
    if let underscore = name.lastIndex(of: "_"), let number = Int(name[name.index(after: underscore)...]), number > 0 {
      (base, self.number) = (String(name[..<underscore]), number)
    } else {
      (base, number) = (name, 0)
    }
  }

  static func < (one: NumberedName, other: NumberedName) -> Bool {
    (one.base, one.number) < (other.base, other.number)
  }
}
