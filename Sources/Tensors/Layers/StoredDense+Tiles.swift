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

  /// Some panels of the weights, each laid out for a part of the depth at a time, which all rows then pass over. Meanwhile
  /// the next are fetched from memory.
  private func multiply(
    _ x: TiledRows, _ panels: Range<Int>, into y: Tensor, _ activation: Activation, _ residual: Tensor?
  ) {
    let width = TiledRows.columns
    let parts = (inputs + Self.deepest - 1) / Self.deepest
    let room = (inputs + parts - 1) / parts
    let panel = Tensor(uninitialized: [room, width])
    let wide = weights.floats == nil ? Tensor(uninitialized: [room, width]) : nil
    let sums = Tensor(uninitialized: [x.tiles * x.height, width])
    for index in panels {
      let first = index * width
      let columns = first..<min(outputs, first + width)
      for part in 0..<parts {
        let depth = depth(part, parts)
        pack(depth, columns, through: wide, into: panel)
        let isLast = part + 1 == parts
        var next: [gaze_stretches] = []
        if !isLast {
          next = [stretches(self.depth(part + 1, parts), columns)]
        } else {
          if index + 1 < panels.upperBound {
            next = [stretches(self.depth(0, parts), first + width..<min(outputs, first + 2 * width))]
          }
          for tensor in [y, residual].compactMap({ $0 }) {
            next.append(
              gaze_stretches(
                first: tensor.pointer + first, stride: outputs * 4, bytes: columns.count * 4, count: x.rows))
          }
        }
        gaze_tile_products(
          x.pointer + depth.lowerBound * x.height, inputs * x.height, x.tiles, depth.count, panel.pointer,
          sums.pointer, part > 0 ? 1 : 0, next, Int32(next.count))
      }
      let end = gaze_panel_end(
        bias: bias.map { UnsafePointer($0.pointer + first) }, activation: activation.kernelNumber,
        residual: residual.map { UnsafePointer($0.pointer + first) }, residual_stride: outputs)
      gaze_finish_panel(sums.pointer, x.rows, columns.count, end, y.pointer + first, outputs)
    }
  }

  /// How much of the depth is summed at once: a panel's part and a tile's stay in a first-level cache of 32 KB.
  private static let deepest = 256

  private func depth(_ part: Int, _ parts: Int) -> Range<Int> { inputs * part / parts..<inputs * (part + 1) / parts }

  private func pack(_ depth: Range<Int>, _ columns: Range<Int>, through wide: Tensor?, into panel: Tensor) {
    let isTransposed = order == .outputsFirst
    let (rows, numbers) = isTransposed ? (columns, depth) : (depth, columns)
    let stride = isTransposed ? inputs : outputs
    var source = weights.floats.map { $0 + rows.lowerBound * stride + numbers.lowerBound }
    if let wide {
      for (index, row) in rows.enumerated() {
        weights.copy(row * stride + numbers.lowerBound, numbers.count, into: wide.pointer + index * numbers.count)
      }
      source = UnsafePointer(wide.pointer)
    }
    let distance = wide == nil ? stride : numbers.count
    if isTransposed {
      gaze_pack_panel_transposed(source, distance, depth.count, columns.count, panel.pointer)
    } else {
      gaze_pack_panel(source, distance, depth.count, columns.count, panel.pointer)
    }
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
