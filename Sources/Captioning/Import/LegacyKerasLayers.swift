import WeightFiles

/// Reads the layout Keras used before its third version: attributes list layers in the model's order, and each
/// layer's weights; a nested model is one layer with the weights of all of its own.
struct LegacyKerasLayers {
  let file: HDF5File
  /// The root, or `model_weights`.
  let group: HDF5Node
  private let order: LegacyKerasOrder

  init(file: HDF5File, group: HDF5Node) throws {
    self.file = file
    self.group = group
    let config = KerasModelConfig(json: try file.strings("model_config", of: "/")?.first)
    order = LegacyKerasOrder(path: file.path, config: config)
  }

  /// Weights that belong to the model itself; written empty.
  private static let topLevel = "top_level_model_weights"

  static func isGroup(_ file: HDF5File, _ path: String) throws -> Bool {
    try list("layer_names", of: path, in: file) != nil
  }

  func read() throws -> [KerasLayer] {
    var names = try LegacyKerasLayers.list("layer_names", of: group.path.isEmpty ? "/" : group.path, in: file) ?? []
    if group.child(LegacyKerasLayers.topLevel) != nil, !names.contains(LegacyKerasLayers.topLevel) {
      names.append(LegacyKerasLayers.topLevel)
    }
    guard Set(names).count == names.count else {
      throw WeightFileError.malformed(
        path: file.path, what: "layer_names", expected: "every layer once", found: "one that is listed again")
    }
    var layers = try names.flatMap(layers)
    layers += unlisted(beside: Set(layers.flatMap(\.variables).map(\.path)))
    return layers
  }

  /// The layers with weights that one name stands for: one, or those of a nested model.
  private func layers(_ name: String) throws -> [KerasLayer] {
    let path = group.path.isEmpty ? name : "\(group.path)/\(name)"
    guard group.child(name) != nil else {
      throw WeightFileError.malformed(
        path: file.path, what: "layer \"\(name)\"", expected: "a group of that name, as layer_names lists it",
        found: "none")
    }
    let weights = try LegacyKerasLayers.list("weight_names", of: path, in: file) ?? []
    // Those of one layer are brought together again, see `LegacyKerasOrder`.
    var owners: [String] = []
    var variables: [String: [KerasLayer.Variable]] = [:]
    for weight in weights {
      let parts = weight.split(separator: "/")
      let owner = parts.dropLast().joined(separator: "/")
      // "kernel:0" was TensorFlow's way to name a variable's first output.
      let role = String((parts.last ?? "").prefix { $0 != ":" })
      let place = "\(path)/\(weight)"
      if variables[owner] == nil { owners.append(owner) }
      variables[owner, default: []].append(
        .init(role: role, path: place, shape: file.root.dataset(place)?.shape))
    }
    let kinds = owners.map { LegacyKerasLayers.kind(of: variables[$0]!, in: "\(path)/\($0)") }
    return try order.sorted(owners, kinds, of: name).map { owner in
      let place = owner.isEmpty ? path : "\(path)/\(owner)"
      let variables = variables[owner]!
      return KerasLayer(path: place, kind: LegacyKerasLayers.kind(of: variables, in: place), variables: variables)
    }
  }

  /// Datasets that no list of weights names, each as a layer that cannot be imported.
  private func unlisted(beside known: Set<String>) -> [KerasLayer] {
    // Beside the weights of a whole model lie the optimizer's.
    group.datasets.filter { !known.contains($0.path) && !$0.path.hasPrefix("optimizer_weights/") }.map {
      KerasLayer(
        path: $0.path, kind: .other("unlisted tensor"),
        variables: [.init(role: "unlisted", path: $0.path, shape: $0.dataset.shape)])
    }
  }

  /// What a layer is, by what its tensors are called.
  private static func kind(of variables: [KerasLayer.Variable], in path: String) -> KerasLayer.Kind {
    let roles = Set(variables.map(\.role))
    if roles.isSuperset(of: ["recurrent_kernel"]) { return .gru }
    if roles == ["embeddings"] { return .embedding }
    if roles == ["gamma", "beta"] { return .layerNormalization }
    if roles.isSubset(of: ["gamma", "beta", "moving_mean", "moving_variance"]) { return .normalization }
    if roles.isSubset(of: ["kernel", "bias"]) {
      let rank = variables.first { $0.role == "kernel" }?.shape?.count
      return rank == 2 || (rank == nil && path.contains("dense")) ? .dense : .convolution
    }
    return .other(variables.map(\.role).joined(separator: "+"))
  }

  /// An attribute that is a list of strings; Keras cuts lists too long for an attribute into `name0`, `name1`, …
  private static func list(_ name: String, of path: String, in file: HDF5File) throws -> [String]? {
    if let whole = try file.strings(name, of: path) { return whole }
    var pieces: [[String]] = []
    while let piece = try file.strings("\(name)\(pieces.count)", of: path) { pieces.append(piece) }
    return pieces.isEmpty ? nil : pieces.flatMap { $0 }
  }
}
