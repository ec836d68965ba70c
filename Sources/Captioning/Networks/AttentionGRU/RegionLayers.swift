import Tensors

/// From the encoder's feature map to the regions that attention looks at: relu(features · encoder_dense), and where the
/// network has it a layer normalisation over each.
struct RegionLayers: Sendable {
  let projection: Linear
  let norm: NormalizationLayer?

  struct Tape {
    let features: Tensor
    let projected: Tensor
    let norm: LayerNormalization.Tape?
  }

  var parameters: [Parameter] { projection.parameters + (norm?.parameters ?? []) }

  /// - Parameter features: `[…, C]`, R vectors in all.
  /// - Returns: `[R, D]`.
  func forward(_ features: Tensor) -> (regions: Tensor, tape: Tape) {
    let projected = projection.forward(features, relu: true)
    let normal = norm?.forward(projected)
    return (normal?.y ?? projected, Tape(features: features, projected: projected, norm: normal?.tape))
  }

  /// Accumulates the parameters' gradients; returns the features', `[R, C]`, when wanted.
  func backward(_ tape: Tape, dRegions: Tensor, wantsFeatures: Bool) -> Tensor? {
    var dProjected = dRegions
    if let norm, let tape = tape.norm { dProjected = norm.backward(tape, dy: dProjected) }
    ReLU.backward(y: tape.projected, inPlace: dProjected)
    return projection.backward(tape.features, dy: dProjected, wantsInput: wantsFeatures)
  }
}

/// The GRU's state before the first word: tanh of a linear layer over the mean region, so that it knows the picture.
struct InitialStateLayer: Sendable {
  let linear: Linear

  struct Tape {
    /// `[B, D]`: the mean regions, and the states made of them.
    let mean: Tensor
    let states: Tensor
  }

  /// Regions `[B, N, D]` → states `[B, D]`.
  /// - Parameter linear: the layer, as it is trained or prepared.
  static func states(of regions: Tensor, _ linear: (Tensor) -> Tensor) -> Tape {
    let mean = meanOfRegions(regions)
    return Tape(mean: mean, states: hyperbolicTangent(linear(mean)))
  }

  func forward(_ regions: Tensor) -> Tape { Self.states(of: regions) { linear.forward($0) } }

  /// Accumulates the parameters' gradients, and adds the regions' to `dRegions`, `[B, N, D]`.
  /// - Parameter dStates: of the states of every sentence, those about one photo together, `[S, D]`.
  func backward(_ tape: Tape, dStates: Tensor, dRegions: Tensor) {
    let (b, d) = (dRegions.shape[0], dRegions.shape[2])
    let per = dStates.shape[0] / b
    let dMean = Tensor([b, d])
    for row in 0..<b * per {
      for c in 0..<d {
        let h = tape.states.pointer[row / per * d + c]
        dMean.pointer[row / per * d + c] += dStates.pointer[row * d + c] * (1 - h * h)
      }
    }
    addMeanOfRegionsGradient(linear.backward(tape.mean, dy: dMean)!, to: dRegions)
  }
}
