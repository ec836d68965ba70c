import Tensors

/// The table worked out: channels counted, convolutions named and brought into Keras' order.
extension InceptionResNetV2 {
  /// One convolution of the network and what its tensors are called.
  struct Layer: Sendable {
    /// `encoder/<block>/<branch>/<position in it>`, or `encoder/<block>/projection`.
    let name: String
    let convolution: Convolution
    /// Followed by batch normalisation; else it has a bias.
    let isNormalized: Bool

    /// The kernel, then what follows it.
    var tensors: [LayerTensor] {
      isNormalized
        ? NormalizedConvolution.tensors(convolution, hasScale: false)
        : [.kernel(convolution.kernelShape, gain: 1), .vector("bias", [convolution.outputs], 0)]
    }
  }

  enum PlannedStep: Sendable {
    case layer(Layer)
    case maxPool
    case averagePool

    /// How many layers Keras makes of it: a convolution, its normalisation and its activation are three.
    fileprivate var kerasLayers: Int {
      if case .layer = self { 3 } else { 1 }
    }
  }

  struct PlannedBlock: Sendable {
    let name: String
    let branches: [[PlannedStep]]
    /// The residual's 1×1 convolution and what becomes of its output.
    let projection: (layer: Layer, residual: Residual)?
    let outputs: Int

    init(_ block: Block, inputs: Int) {
      name = block.name
      var joined = 0
      branches = block.branches.enumerated().map { branch, steps in
        let (planned, outputs) = PlannedBlock.branch("encoder/\(block.name)/\(branch)", steps, inputs: inputs)
        joined += outputs
        return planned
      }
      projection = block.residual.map { residual in
        let convolution = Convolution(kernel: (1, 1), inputs: joined, outputs: inputs)
        let layer = Layer(name: "encoder/\(block.name)/projection", convolution: convolution, isNormalized: false)
        return (layer, residual)
      }
      outputs = projection == nil ? joined : inputs
    }

    private static func branch(_ name: String, _ steps: [Step], inputs: Int) -> ([PlannedStep], outputs: Int) {
      var channels = inputs
      var position = 0
      let planned = steps.map { step -> PlannedStep in
        switch step {
        case .maxPool: return .maxPool
        case .averagePool: return .averagePool
        case .convolution(let outputs, let height, let width, let stride, let padding):
          let convolution = Convolution(
            kernel: (height, width), inputs: channels, outputs: outputs, stride: stride, padding: padding)
          defer { (channels, position) = (outputs, position + 1) }
          return .layer(Layer(name: "\(name)/\(position)", convolution: convolution, isNormalized: true))
        }
      }
      return (planned, channels)
    }

    /// The block's convolutions as Keras sorts layers: by their distance to the output, farthest first, then by
    /// branch.
    fileprivate var layersInKerasOrder: [Layer] {
      var found: [(distance: Int, branch: Int, layer: Layer)] = []
      for (branch, steps) in branches.enumerated() {
        var distance = steps.reduce(0) { $0 + $1.kerasLayers }
        for step in steps {
          if case .layer(let layer) = step { found.append((distance, branch, layer)) }
          distance -= step.kerasLayers
        }
      }
      let sorted = found.sorted { ($1.distance, $0.branch) < ($0.distance, $1.branch) }.map(\.layer)
      return sorted + (projection.map { [$0.layer] } ?? [])
    }
  }

  static let plan: [PlannedBlock] = {
    var channels = 3
    return blocks.map { block in
      let planned = PlannedBlock(block, inputs: channels)
      channels = planned.outputs
      return planned
    }
  }()

  /// Every convolution in the order of Keras' `model.layers`, which is that of its weight files; normalisations have
  /// the order of the convolutions they follow.
  static let layersInKerasOrder = plan.flatMap(\.layersInKerasOrder)
}
