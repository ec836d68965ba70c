import Tensors
import WeightFiles

/// A tensor of a PyTorch file and what becomes of it.
struct PyTorchTarget {
  /// How PyTorch lays out what is stored here the other way round.
  enum Layout {
    case same
    /// `[O, C, kh, kw]`, here `[kh, kw, C, O]`.
    case kernel
    /// `[C, 1, k, k]`, here `[k, k, C]`.
    case depthwise
    /// `[O, I]`, here `[I, O]`.
    case linear
  }

  let source: String
  /// The tensor's name in gaze's file.
  let name: String
  /// The shape there.
  let shape: [Int]
  let layout: Layout

  /// The order of PyTorch's axes in `shape`.
  private var axes: [Int] {
    switch layout {
    case .same: Array(shape.indices)
    case .kernel: [2, 3, 1, 0]
    case .depthwise: [2, 3, 0]
    case .linear: [1, 0]
    }
  }

  private var sourceShape: [Int] {
    var result = [Int](repeating: 1, count: layout == .depthwise ? 4 : shape.count)
    for (size, axis) in zip(shape, axes) { result[axis] = size }
    return result
  }

  /// - Throws: where the tensor is missing or of another shape.
  func check(_ file: PyTorchFile) throws(WeightFileError) {
    guard let found = file.info(source)?.shape else { throw .missing(path: file.path, tensor: source) }
    if found != sourceShape {
      throw .mismatch(
        path: file.path, tensor: source, expected: "shape \(sourceShape) (\(name))", found: "\(found)")
    }
  }

  /// - Throws: where the numbers are of a kind that is not read, or not finite.
  func tensor(_ file: PyTorchFile) throws(WeightFileError) -> NamedTensor {
    let read = try file.reordered(source, shape: sourceShape).finite(source, in: file.path)
    return NamedTensor(name, layout == .same ? read : turned(read))
  }

  private func turned(_ source: Tensor) -> Tensor {
    let result = Tensor(uninitialized: shape)
    // Numbers from one place to the next along each of the result's axes.
    var walk = StridedWalk(shape: shape, strides: axes.map { axis in source.shape[(axis + 1)...].reduce(1, *) })
    for index in 0..<result.count { result.pointer[index] = source.pointer[walk.next()] }
    return result
  }
}

extension PyTorchTarget {
  /// A convolution and the batch normalisation that follows it.
  private static func layer(
    _ source: String, _ normalization: String, _ name: String, _ kernel: [Int], _ layout: Layout
  ) -> [PyTorchTarget] {
    let roles = [
      ("weight", "gamma"), ("bias", "beta"), ("running_mean", "moving_mean"), ("running_var", "moving_variance"),
    ]
    return [PyTorchTarget(source: "\(source).weight", name: "\(name)/kernel", shape: kernel, layout: layout)]
      + roles.map { theirs, ours in
        PyTorchTarget(
          source: "\(normalization).\(theirs)", name: "\(name)/\(ours)", shape: [kernel.last!], layout: .same)
      }
  }

  /// Every tensor of an EfficientNet-Lite with its top.
  static func efficientNetLite(_ shape: EfficientNetLiteShape, classes: Int) -> [PyTorchTarget] {
    var channels = shape.stemChannels
    var result = layer("_conv_stem", "_bn0", "encoder/stem", [3, 3, 3, channels], .kernel)
    for (index, block) in shape.blocks.enumerated() {
      let (theirs, ours) = ("_blocks.\(index)", "encoder/blocks/\(index)")
      let wide = channels * block.expansion
      if block.expansion > 1 {
        result += layer(
          "\(theirs)._expand_conv", "\(theirs)._bn0", "\(ours)/expansion", [1, 1, channels, wide], .kernel)
      }
      result += layer(
        "\(theirs)._depthwise_conv", "\(theirs)._bn1", "\(ours)/depthwise", [block.kernel, block.kernel, wide],
        .depthwise)
      result += layer(
        "\(theirs)._project_conv", "\(theirs)._bn2", "\(ours)/projection", [1, 1, wide, block.channels], .kernel)
      channels = block.channels
    }
    result += layer("_conv_head", "_bn1", "encoder/head", [1, 1, channels, shape.gridChannels], .kernel)
    result.append(
      PyTorchTarget(
        source: "_fc.weight", name: ImageClassifier.kernelName, shape: [shape.gridChannels, classes], layout: .linear))
    result.append(
      PyTorchTarget(source: "_fc.bias", name: ImageClassifier.biasName, shape: [classes], layout: .same))
    return result
  }
}
