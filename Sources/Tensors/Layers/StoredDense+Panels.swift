import CKernels
import Synchronization

/// Weights laid out for products with tiles of rows (`tiles.h`): panels of C columns, balanced where depths are paired.
struct WeightPanels: Sendable {
  /// Numbers of a column: I, or a part of it.
  let depth: Int
  /// `[panels, depth, C]`.
  private let numbers: Tensor
  /// `[panels, C]`: what paired columns are multiplied with, and the products of their paired numbers.
  private let factors: Tensor
  private let sums: Tensor
  let isPaired: Bool

  /// One of them.
  struct Panel {
    /// `[depth, C]`.
    let numbers: UnsafeMutablePointer<Float>
    /// `[C]` each.
    let factors: UnsafeMutablePointer<Float>
    let sums: UnsafeMutablePointer<Float>
    let isPaired: Bool
  }

  /// C, at this thread's level.
  static var width: Int { TiledRows.columns }

  /// Room for them.
  init(depth: Int, count: Int, isPaired: Bool) {
    (self.depth, self.isPaired) = (depth, isPaired)
    numbers = Tensor(uninitialized: [count, depth, Self.width])
    (factors, sums) = (Tensor([count, Self.width], repeating: 1), Tensor([count, Self.width]))
  }

  func panel(_ index: Int) -> Panel {
    let width = factors.shape[1]
    return Panel(
      numbers: numbers.pointer + index * depth * width, factors: factors.pointer + index * width,
      sums: sums.pointer + index * width, isPaired: isPaired)
  }

  /// Whether tiles of this thread's level and of such rows can be multiplied with them.
  func fits(isPaired: Bool) -> Bool { isPaired == self.isPaired && factors.shape[1] == Self.width }
}

/// The panels of a layer that meets many rows again and again. They are kept once it was used a few times: fresh memory for
/// them costs as much as keeping them saves in so many photos, so whoever captions fewer does not pay for it. In exchange
/// the file's own pages of these weights are let go, so that a network takes no more memory than before.
public final class KeptPanels: Sendable {
  /// How often a layer is used before.
  public static let usesBefore = 20

  private enum State {
    case used(Int)
    case kept(WeightPanels)
  }
  private let state = Mutex(State.used(0))

  /// Threads that want them while one lays them out wait: the file's pages would come back for those that did not.
  /// - Returns: nil where they are to be laid out as they are used: the first times, and where a thread of another level made
  ///   those that are kept.
  func panels(of layer: StoredDense, isPaired: Bool) -> WeightPanels? {
    state.withLock { state in
      switch state {
      case .used(let times) where times < Self.usesBefore:
        state = .used(times + 1)
        return nil
      case .used:
        let made = layer.laidOut(isPaired: isPaired)
        layer.weights.release?()
        state = .kept(made)
        return made
      case .kept(let panels): return panels.fits(isPaired: isPaired) ? panels : nil
      }
    }
  }
}

extension StoredDense {
  /// The same, whose weights are laid out once where many rows meet them often, and not for every photo anew. Only for
  /// floats in a file, whose pages can be let go for it.
  public func keepingPanels() -> StoredDense {
    var layer = self
    if weights.floats != nil, weights.release != nil { layer.kept = KeptPanels() }
    return layer
  }

  /// Panels that all outputs take.
  var panelCount: Int { (outputs + WeightPanels.width - 1) / WeightPanels.width }

  func columns(ofPanel index: Int) -> Range<Int> {
    index * WeightPanels.width..<min(outputs, (index + 1) * WeightPanels.width)
  }

  /// All weights, which are floats.
  fileprivate func laidOut(isPaired: Bool) -> WeightPanels {
    let all = WeightPanels(depth: inputs, count: panelCount, isPaired: isPaired)
    forRows(panelCount, grain: 1) { first, count in
      for index in first..<first + count {
        let stored = floats(columns(ofPanel: index), through: nil)
        stored.balance(all.panel(index), inputs)
        stored.layOut(0..<inputs, to: all.panel(index))
      }
    }
    return all
  }

  /// The weights of some outputs.
  /// - Parameter wide: room to widen them, `[I, C]`, where they are stored in 16 bits; nil where they are floats.
  func floats(_ columns: Range<Int>, through wide: Tensor?) -> StoredPanel {
    let isTransposed = order == .outputsFirst
    let stride = isTransposed ? inputs : outputs
    guard let wide else {
      return StoredPanel(
        first: weights.floats! + columns.lowerBound * (isTransposed ? inputs : 1), stride: stride,
        columns: columns.count, order: order)
    }
    if isTransposed {
      weights.copy(columns.lowerBound * inputs, columns.count * inputs, into: wide.pointer)
      return StoredPanel(first: UnsafePointer(wide.pointer), stride: inputs, columns: columns.count, order: order)
    }
    for input in 0..<inputs {
      weights.copy(input * outputs + columns.lowerBound, columns.count, into: wide.pointer + input * columns.count)
    }
    return StoredPanel(first: UnsafePointer(wide.pointer), stride: columns.count, columns: columns.count, order: order)
  }

  /// Where some of a panel's weights lie: in `kept`, or as they are stored.
  func stretches(_ depth: Range<Int>, _ panel: Int, _ kept: WeightPanels?) -> gaze_stretches {
    if let kept {
      let width = WeightPanels.width
      return gaze_stretches(
        first: kept.panel(panel).numbers + depth.lowerBound * width, stride: 0, bytes: depth.count * width * 4, count: 1
      )
    }
    let columns = columns(ofPanel: panel)
    let isTransposed = order == .outputsFirst
    let (rows, numbers) = isTransposed ? (columns, depth) : (depth, columns)
    let (stride, size) = (isTransposed ? inputs : outputs, weights.type.size)
    return gaze_stretches(
      first: weights.address(rows.lowerBound * stride + numbers.lowerBound), stride: stride * size,
      bytes: numbers.count * size, count: rows.count)
  }
}

/// The weights of a panel's columns as they are stored.
struct StoredPanel {
  /// Of the first column and depth.
  let first: UnsafePointer<Float>
  let stride: Int
  let columns: Int
  let order: StoredDense.Order

  /// What the columns of the whole depth are multiplied with where depths are paired.
  func balance(_ panel: WeightPanels.Panel, _ depth: Int) {
    guard panel.isPaired else { return }
    panel.sums.update(repeating: 0, count: WeightPanels.width)
    switch order {
    case .outputsFirst: gaze_row_balance(first, stride, columns, depth, panel.factors)
    case .inputsFirst: gaze_column_balance(first, stride, depth, columns, panel.factors)
    }
  }

  /// Lays out part of the depth, the parts one after another.
  func layOut(_ depth: Range<Int>, to panel: WeightPanels.Panel) {
    switch order {
    case .outputsFirst:
      gaze_pack_panel_transposed(first + depth.lowerBound, stride, depth.count, columns, panel.numbers)
    case .inputsFirst: gaze_pack_panel(first + depth.lowerBound * stride, stride, depth.count, columns, panel.numbers)
    }
    if panel.isPaired { gaze_pair_panel(panel.numbers, depth.count, panel.factors, panel.sums) }
  }
}
