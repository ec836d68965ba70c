import Files
import WeightFiles

/// The sizes of an EfficientNet-Lite as its tensors tell them.
struct EfficientNetLiteTensors {
  private let file: PyTorchFile

  init(_ file: PyTorchFile) { self.file = file }

  private func shape(_ name: String) throws(WeightFileError) -> [Int] {
    guard let shape = file.info(name)?.shape else { throw .missing(path: file.path, tensor: name) }
    guard shape.count == 4, shape.allSatisfy({ $0 > 0 }) else {
      throw .mismatch(path: file.path, tensor: name, expected: "a kernel [O, C, kh, kw]", found: "\(shape)")
    }
    return shape
  }

  /// - Throws: naming the first tensor that is missing or has a shape no such network has.
  func shape() throws(WeightFileError) -> EfficientNetLiteShape {
    guard file.info("_conv_stem.weight") != nil else {
      throw .malformed(
        path: file.path, what: "not EfficientNet-Lite's weights",
        expected: "\"_conv_stem.weight\" and its other tensors",
        found: file.names.isEmpty
          ? "no tensors" : "\(file.names.count) tensors, \(JSONText.quoted(file.names[0])) first")
    }
    if let squeeze = file.names.first(where: { $0.contains("._se_reduce.") }) {
      throw .mismatch(
        path: file.path, tensor: squeeze, expected: "EfficientNet-Lite, without squeeze and excitation",
        found: "an EfficientNet that has it")
    }
    var channels = try shape("_conv_stem.weight")[0]
    let stem = channels
    var blocks: [EfficientNetLiteShape.Block] = []
    while file.info("_blocks.\(blocks.count)._project_conv.weight") != nil {
      blocks.append(try block("_blocks.\(blocks.count)", inputs: channels))
      channels = blocks.last!.channels
    }
    return EfficientNetLiteShape(
      stemChannels: stem, blocks: try withStrides(blocks), gridChannels: try shape("_conv_head.weight")[0])
  }

  /// A block without its stride.
  private func block(_ name: String, inputs: Int) throws(WeightFileError) -> EfficientNetLiteShape.Block {
    let depthwise = try shape("\(name)._depthwise_conv.weight")
    let wide = depthwise[0]
    guard wide % inputs == 0 else {
      throw .mismatch(
        path: file.path, tensor: "\(name)._depthwise_conv.weight", expected: "a multiple of \(inputs) channels",
        found: "\(depthwise)")
    }
    return .init(
      channels: try shape("\(name)._project_conv.weight")[0], expansion: wide / inputs, kernel: depthwise[2], stride: 0)
  }

  /// The blocks with the strides of the family's stages: a stage begins where the channels change.
  private func withStrides(
    _ blocks: [EfficientNetLiteShape.Block]
  ) throws(WeightFileError) -> [EfficientNetLiteShape.Block] {
    let strides = EfficientNetLiteShape.stageStrides
    var (result, stage, channels) = (blocks, 0, 0)
    for index in blocks.indices {
      let begins = blocks[index].channels != channels
      if begins { (stage, channels) = (stage + 1, blocks[index].channels) }
      result[index].stride = begins && stage <= strides.count ? strides[stage - 1] : 1
    }
    guard stage == strides.count else {
      throw .malformed(
        path: file.path, what: "not EfficientNet-Lite's weights",
        expected: "blocks of \(strides.count) numbers of channels, one after the other", found: "of \(stage)")
    }
    return result
  }
}
