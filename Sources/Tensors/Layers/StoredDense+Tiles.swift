import CKernels

extension StoredDense {
  /// As of `[R, I]`, of rows that are laid out already: once for all layers that are given the same.
  public func callAsFunction(
    _ x: TiledRows, _ activation: Activation = .none, adding residual: Tensor? = nil
  ) -> Tensor {
    precondition(x.width == inputs, "rows of \(x.width) for a layer of \(inputs)")
    let y = Tensor(uninitialized: [x.rows, outputs])
    let panels = (outputs + TiledRows.columns - 1) / TiledRows.columns
    let pieces = min(panels, roundUp(4, to: ThreadPool.shared.threads))
    ThreadPool.shared.run(pieces) { piece in
      multiply(x, panels * piece / pieces..<panels * (piece + 1) / pieces, into: y, activation, residual)
    }
    return y
  }

  /// Some panels of the weights, each laid out for a part of the depth at a time, which all rows then pass over.
  private func multiply(
    _ x: TiledRows, _ panels: Range<Int>, into y: Tensor, _ activation: Activation, _ residual: Tensor?
  ) {
    let width = TiledRows.columns
    let parts = x.parts
    let panel = Tensor(uninitialized: [parts.map(\.count).max()!, width])
    let sums = Tensor(uninitialized: [x.tiles * x.height, width])
    let wide = weights.floats == nil ? Tensor(uninitialized: [inputs, width]) : nil
    // Of paired columns, what they are multiplied with and the products of paired numbers.
    let (factors, products) = (Tensor([width], repeating: 1), Tensor(uninitialized: [width]))
    let pairing = x.pairing.map {
      gaze_pairing(
        column_factors: factors.pointer, column_sums: products.pointer, row_factors: $0.factors.pointer,
        row_sums: $0.sums.pointer)
    }
    for index in panels {
      let columns = index * width..<min(outputs, (index + 1) * width)
      let stored = floats(columns, through: wide)
      if pairing != nil {
        stored.balance(inputs, columns.count, into: factors.pointer)
        products.pointer.update(repeating: 0, count: width)
      }
      for (part, depth) in parts.enumerated() {
        stored.pack(depth, columns.count, into: panel.pointer)
        let (tile, stride) = (x.pointer + depth.lowerBound * x.height, inputs * x.height)
        let continues: Int32 = part > 0 ? 1 : 0
        if pairing != nil {
          gaze_pair_panel(panel.pointer, depth.count, factors.pointer, products.pointer)
          gaze_paired_products(tile, stride, x.tiles, depth.count, panel.pointer, sums.pointer, continues)
        } else {
          let next = neededAfter(part, of: parts, columns, panels, [y, residual].compactMap { $0 })
          gaze_tile_products(
            tile, stride, x.tiles, depth.count, panel.pointer, sums.pointer, continues, next, Int32(next.count))
        }
      }
      let end = gaze_panel_end(
        bias: bias.map { UnsafePointer($0.pointer + columns.lowerBound) }, activation: activation.kernelNumber,
        residual: residual.map { UnsafePointer($0.pointer + columns.lowerBound) }, residual_stride: outputs)
      gaze_finish_panel(
        sums.pointer, x.rows, columns.count, pairing ?? gaze_pairing(), end, y.pointer + columns.lowerBound, outputs)
    }
  }

  /// What is to be fetched from memory meanwhile: the weights of the next part of the depth, or after the last those of
  /// the next panel, and where `tensors` of y's shape are read or written for this one.
  private func neededAfter(
    _ part: Int, of parts: [Range<Int>], _ columns: Range<Int>, _ panels: Range<Int>, _ tensors: [Tensor]
  ) -> [gaze_stretches] {
    if part + 1 < parts.count { return [stretches(parts[part + 1], columns)] }
    let next = columns.upperBound..<min(outputs, columns.upperBound + TiledRows.columns)
    let isLast = columns.upperBound >= min(outputs, panels.upperBound * TiledRows.columns)
    return (isLast ? [] : [stretches(parts[0], next)])
      + tensors.map { tensor in
        gaze_stretches(
          first: tensor.pointer + columns.lowerBound, stride: outputs * 4, bytes: columns.count * 4,
          count: tensor.count / outputs)
      }
  }

  /// The weights of some outputs, widened where they are stored in 16 bits.
  private func floats(_ columns: Range<Int>, through wide: Tensor?) -> StoredPanel {
    let isTransposed = order == .outputsFirst
    let stride = isTransposed ? inputs : outputs
    guard let wide else {
      return StoredPanel(
        first: weights.floats! + columns.lowerBound * (isTransposed ? inputs : 1), stride: stride, order: order)
    }
    if isTransposed {
      weights.copy(columns.lowerBound * inputs, columns.count * inputs, into: wide.pointer)
      return StoredPanel(first: UnsafePointer(wide.pointer), stride: inputs, order: order)
    }
    for input in 0..<inputs {
      weights.copy(input * outputs + columns.lowerBound, columns.count, into: wide.pointer + input * columns.count)
    }
    return StoredPanel(first: UnsafePointer(wide.pointer), stride: columns.count, order: order)
  }

  /// Where some of the weights lie.
  private func stretches(_ depth: Range<Int>, _ columns: Range<Int>) -> gaze_stretches {
    let isTransposed = order == .outputsFirst
    let (rows, numbers) = isTransposed ? (columns, depth) : (depth, columns)
    let (stride, size) = (isTransposed ? inputs : outputs, weights.type.size)
    return gaze_stretches(
      first: weights.address(rows.lowerBound * stride + numbers.lowerBound), stride: stride * size,
      bytes: numbers.count * size, count: rows.count)
  }
}

/// The weights of a panel's columns as they are stored.
private struct StoredPanel {
  /// Of the first column and depth.
  let first: UnsafePointer<Float>
  let stride: Int
  let order: StoredDense.Order

  /// What the columns are multiplied with where depths are paired.
  func balance(_ depth: Int, _ columns: Int, into factors: UnsafeMutablePointer<Float>) {
    switch order {
    case .outputsFirst: gaze_row_balance(first, stride, columns, depth, factors)
    case .inputsFirst: gaze_column_balance(first, stride, depth, columns, factors)
    }
  }

  /// Lays out part of the depth.
  func pack(_ depth: Range<Int>, _ columns: Int, into panel: UnsafeMutablePointer<Float>) {
    switch order {
    case .outputsFirst: gaze_pack_panel_transposed(first + depth.lowerBound, stride, depth.count, columns, panel)
    case .inputsFirst: gaze_pack_panel(first + depth.lowerBound * stride, stride, depth.count, columns, panel)
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
