import SystemPackage
import WeightFiles

/// Finds each wanted layer in a Keras file, as Keras itself does: by order and shape, whatever the names are. Each kind
/// of layer is matched by itself.
struct LayerMatching {
  /// Where a tensor is read and what it becomes.
  struct Pair: Equatable {
    let source: String
    let name: String
    let shape: [Int]
  }

  /// The file, for errors.
  let path: FilePath

  /// - Throws: `WeightFileError` naming the first tensor that is missing, left over or of another shape.
  func pairs(_ layers: [KerasLayer], _ targets: [ImportTarget]) throws(WeightFileError) -> [Pair] {
    var result: [Pair] = []
    for kind in KerasLayer.Kind.known {
      result += try matched(layers.filter { $0.kind == kind }, targets.filter { $0.kind == kind })
    }
    if let stranger = layers.first(where: { !KerasLayer.Kind.known.contains($0.kind) }) { throw leftOver(stranger) }
    return result
  }

  private func matched(_ found: [KerasLayer], _ wanted: [ImportTarget]) throws(WeightFileError) -> [Pair] {
    var result: [Pair] = []
    for index in 0..<max(found.count, wanted.count) {
      guard index < found.count else { throw missing(wanted[index], index, wanted.count, before: nil) }
      guard index < wanted.count else { throw leftOver(found[index]) }
      let (layer, target) = (found[index], wanted[index])
      if let problem = difference(layer, target) {
        // With a layer too few or too many, all after it are out of step: name the one that is not there, or too much.
        if found.count < wanted.count, index + 1 < wanted.count, difference(layer, wanted[index + 1]) == nil {
          throw missing(target, index, wanted.count, before: layer)
        }
        if found.count > wanted.count, difference(found[index + 1], target) == nil { throw leftOver(layer) }
        throw problem
      }
      result += target.variables.map { wanted in
        let source = layer.variables.first { $0.role == wanted.role }!.path
        return Pair(source: source, name: wanted.name, shape: wanted.shape)
      }
    }
    return result
  }

  /// The first thing by which a layer is not the target; nil when it is.
  private func difference(_ layer: KerasLayer, _ target: ImportTarget) -> WeightFileError? {
    for wanted in target.variables {
      let expected = "shape \(wanted.shape) (\(wanted.name))"
      guard let found = layer.variables.first(where: { $0.role == wanted.role }), let shape = found.shape else {
        let place = layer.variables.first { $0.role == wanted.role }?.path ?? "\(layer.path)/\(wanted.role)"
        return .mismatch(path: path, tensor: place, expected: expected, found: "no such tensor")
      }
      if shape != wanted.shape {
        return .mismatch(path: path, tensor: found.path, expected: expected, found: "\(shape)")
      }
    }
    let roles = target.variables.map(\.role)
    return layer.variables.first { !roles.contains($0.role) }.map { extra($0) }
  }

  private func missing(
    _ target: ImportTarget, _ index: Int, _ count: Int, before next: KerasLayer?
  ) -> WeightFileError {
    let wanted = target.variables[0]
    return .mismatch(
      path: path, tensor: wanted.name,
      expected: "shape \(wanted.shape), \(target.kind.name) layer \(index + 1) of \(count)",
      found: "no such layer" + (next.map { " before \"\($0.path)\"" } ?? ""))
  }

  private func leftOver(_ layer: KerasLayer) -> WeightFileError {
    layer.variables.first.map(extra)
      ?? .malformed(path: path, what: "layer \"\(layer.path)\"", expected: "no such layer", found: "one")
  }

  private func extra(_ variable: KerasLayer.Variable) -> WeightFileError {
    .mismatch(
      path: path, tensor: variable.path, expected: "no such tensor",
      found: variable.shape.map { "one of shape \($0)" } ?? "one that is listed")
  }
}
