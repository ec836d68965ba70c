import CKernels

extension StoredDense {
  /// As of `[R, I]`, of rows that are laid out already: once for all layers that are given the same.
  public func callAsFunction(
    _ x: TiledRows, _ activation: Activation = .none, adding residual: Tensor? = nil
  ) -> Tensor {
    let y = Tensor(uninitialized: [x.rows, outputs])
    multiply(x, activation, into: .rows(y, adding: residual))
    return y
  }

  /// The same, laid out for the layer that follows.
  public func tiled(_ x: TiledRows, _ activation: Activation = .none) -> TiledRows {
    TiledRows(rows: x.rows, width: outputs) { multiply(x, activation, into: .tiles($0)) }
  }

  /// Where results go.
  private enum Target {
    /// `[R, O]`, with `residual` of the same shape added.
    case rows(Tensor, adding: Tensor?)
    /// `[O, height]` each.
    case tiles(UnsafeMutablePointer<Float>)
  }

  private func multiply(_ x: TiledRows, _ activation: Activation, into target: Target) {
    precondition(x.width == inputs, "rows of \(x.width) for a layer of \(inputs)")
    let kept = kept?.panels(of: self, isPaired: x.pairing != nil)
    let pieces = min(panelCount, roundUp(4, to: ThreadPool.shared.threads))
    ThreadPool.shared.run(pieces) { piece in
      let panels = panelCount * piece / pieces..<panelCount * (piece + 1) / pieces
      multiply(x, panels, kept, activation, into: target)
    }
  }

  /// Some panels of the weights, which all rows pass over for a part of the depth at a time. Those that are not kept are
  /// laid out just before.
  private func multiply(
    _ x: TiledRows, _ panels: Range<Int>, _ kept: WeightPanels?, _ activation: Activation, into target: Target
  ) {
    let (parts, isPaired) = (x.parts, x.pairing != nil)
    let sums = Tensor(uninitialized: [roundUp(x.rows, to: x.height), WeightPanels.width])
    // A part of one panel at a time, where none are kept.
    let room = kept ?? WeightPanels(depth: parts.map(\.count).max()!, count: 1, isPaired: isPaired)
    let wide = weights.floats == nil ? Tensor(uninitialized: [inputs, WeightPanels.width]) : nil
    for index in panels {
      let columns = columns(ofPanel: index)
      let panel = room.panel(kept == nil ? 0 : index)
      let stored = kept == nil ? floats(columns, through: wide) : nil
      stored?.balance(panel, inputs)
      for (part, depth) in parts.enumerated() {
        stored?.layOut(depth, to: panel)
        let numbers = panel.numbers + (kept == nil ? 0 : depth.lowerBound * WeightPanels.width)
        let (tile, stride) = (x.pointer + depth.lowerBound * x.height, inputs * x.height)
        let continues: Int32 = part > 0 ? 1 : 0
        if isPaired {
          gaze_paired_products(tile, stride, x.rows, depth.count, numbers, sums.pointer, continues)
        } else {
          let next = neededAfter(part, of: parts, index, panels, kept, target)
          gaze_tile_products(
            tile, stride, x.rows, depth.count, numbers, sums.pointer, continues, next, Int32(next.count))
        }
      }
      let pairing = x.pairing.map {
        gaze_pairing(
          column_factors: panel.factors, column_sums: panel.sums, row_factors: $0.factors.pointer,
          row_sums: $0.sums.pointer)
      }
      finish(sums.pointer, x.rows, columns, pairing ?? gaze_pairing(), activation, into: target)
    }
  }

  /// What a panel's sums become.
  private func finish(
    _ sums: UnsafeMutablePointer<Float>, _ rows: Int, _ columns: Range<Int>, _ pairing: gaze_pairing,
    _ activation: Activation, into target: Target
  ) {
    let first = columns.lowerBound
    var end = gaze_panel_end(
      bias: bias.map { UnsafePointer($0.pointer + first) }, activation: activation.kernelNumber, residual: nil,
      residual_stride: outputs)
    switch target {
    case .rows(let y, let residual):
      end.residual = residual.map { UnsafePointer($0.pointer + first) }
      gaze_finish_panel(sums, rows, columns.count, pairing, end, y.pointer + first, outputs)
    case .tiles(let tiles):
      gaze_finish_panel_tiled(
        sums, rows, columns.count, pairing, end, tiles + first * TiledRows.height, outputs * TiledRows.height)
    }
  }

  /// What is to be fetched from memory meanwhile: the weights of the next part of the depth, or after the last those of
  /// the next panel, and where rows are read or written for this one.
  private func neededAfter(
    _ part: Int, of parts: [Range<Int>], _ panel: Int, _ panels: Range<Int>, _ kept: WeightPanels?, _ target: Target
  ) -> [gaze_stretches] {
    if part + 1 < parts.count { return [stretches(parts[part + 1], panel, kept)] }
    let columns = columns(ofPanel: panel)
    var tensors: [Tensor] = []
    if case .rows(let y, let residual) = target { tensors = [y] + (residual.map { [$0] } ?? []) }
    return (panel + 1 < panels.upperBound ? [stretches(parts[0], panel + 1, kept)] : [])
      + tensors.map { tensor in
        gaze_stretches(
          first: tensor.pointer + columns.lowerBound, stride: outputs * 4, bytes: columns.count * 4,
          count: tensor.count / outputs)
      }
  }
}

extension StoredDense.Activation {
  /// As `gaze_panel_end` has it.
  fileprivate var kernelNumber: Int32 {
    switch self {
    case .none: 0
    case .gelu: 1
    case .geluByTanh: 2
    }
  }
}
