import SystemPackage
import WeightFiles

/// One layer of a Keras weight file: what kind it is, and where its numbers are.
struct KerasLayer: Equatable {
  enum Kind: Hashable {
    case convolution, normalization, dense, embedding, gru, layerNormalization
    /// None that can be imported; Keras' name for it, or those of its tensors.
    case other(String)

    /// Keras' name of the class, as its files spell it.
    var name: String {
      switch self {
      case .convolution: "conv2d"
      case .normalization: "batch_normalization"
      case .dense: "dense"
      case .embedding: "embedding"
      case .gru: "gru"
      case .layerNormalization: "layer_normalization"
      case .other(let name): name
      }
    }

    static let known: [Kind] = [.convolution, .normalization, .dense, .embedding, .gru, .layerNormalization]
  }

  struct Variable: Equatable {
    /// What it is to its layer: `kernel`, `beta` …
    let role: String
    /// Where the file has it, or should have it.
    let path: String
    /// Nil when the file lists it and does not hold it.
    let shape: [Int]?
  }

  /// Its path in the file.
  let path: String
  let kind: Kind
  let variables: [Variable]
}

/// A Keras weight file in one of its layouts: its layers that have weights, in the model's order.
///
/// | layout | written by | order of the layers |
/// |---|---|---|
/// | legacy | `save_weights("….h5")` before Keras 3 | attribute `layer_names`, that of `model.layers` |
/// | whole model | `save("….h5")` | the same, in the group `model_weights` |
/// | Keras 3 | `save_weights("….weights.h5")` | numbers in the groups' names: `conv2d`, `conv2d_1`, … |
struct KerasFile {
  enum Layout: String {
    case legacy = "Keras HDF5 weights"
    case wholeModel = "Keras HDF5 model"
    case version3 = "Keras 3 weights"
  }

  let hdf5: HDF5File
  let layout: Layout
  let layers: [KerasLayer]

  var path: FilePath { hdf5.path }

  init(path: FilePath) throws {
    hdf5 = try HDF5File(path: path)
    let root = hdf5.root
    if try LegacyKerasLayers.isGroup(hdf5, "/") {
      layout = .legacy
      layers = try LegacyKerasLayers(file: hdf5, group: root).read()
    } else if let group = root.child("model_weights"), try LegacyKerasLayers.isGroup(hdf5, group.path) {
      layout = .wholeModel
      layers = try LegacyKerasLayers(file: hdf5, group: group).read()
    } else if root.child("layers") != nil {
      layout = .version3
      layers = Keras3Layers.read(root)
    } else {
      let names = root.children.prefix(5).map(\.name).joined(separator: ", ")
      throw WeightFileError.malformed(
        path: path, what: "HDF5, but not Keras weights",
        expected: "the attribute layer_names, or a group model_weights or layers",
        found: names.isEmpty ? "nothing" : names)
    }
  }

  func layers(of kind: KerasLayer.Kind) -> [KerasLayer] { layers.filter { $0.kind == kind } }

  /// What kinds of layers there are: "52 conv2d, 17 depthwise_conv2d".
  var composition: String {
    var counts: [(kind: KerasLayer.Kind, count: Int)] = []
    for layer in layers {
      if let index = counts.firstIndex(where: { $0.kind == layer.kind }) {
        counts[index].count += 1
      } else {
        counts.append((layer.kind, 1))
      }
    }
    let words = counts.map { "\($0.count) \($0.kind.name)" }
    return words.isEmpty ? "no layers with weights" : words.joined(separator: ", ")
  }
}

extension HDF5Node {
  /// Every dataset at or below this node, with its path.
  var datasets: [(path: String, dataset: Dataset)] {
    (dataset.map { [(path, $0)] } ?? []) + children.flatMap(\.datasets)
  }
}
