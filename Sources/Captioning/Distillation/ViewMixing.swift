import Tensors

/// Views with a part of another view pasted in, and what the teacher says with its own parts pasted alike: a student that
/// has seen every view often enough to know it by heart meets new ones.
///
/// CutMix (Yun et al. 2019), in whole cells of the student's grid. The teacher's cells go with the pixels. Its logits are
/// averaged by area, as those of a network are that is linear from the mean of its cells on; so is the student.
struct ViewMixing: Sendable {
  /// Share of the views that a part of another is pasted into, in [0, 1].
  let share: Float
  let seed: UInt64

  /// What is pasted into a view: cells [rows, columns] of another view of the batch, at the same place.
  struct Patch: Sendable, Equatable {
    let source: Int
    let rows: Range<Int>
    let columns: Range<Int>
  }

  /// What is pasted into the `count` views of a step, nil where nothing is; a view has `cells` × `cells` cells.
  func patches(step: Int, count: Int, cells: Int) -> [Patch?] {
    (0..<count).map { index in
      var random = CounterRandom(seed: seed, stream: "mixing \(index) of step \(step)")
      guard count > 1, cells > 1, random.uniform(0, 1) < share else { return nil }
      let other = Int.random(in: 1..<count, using: &random)
      // The pasted area's share is uniform, as the paper has it, and its sides are alike.
      let side = min(max(Int((Float(cells) * random.uniform(0, 1).squareRoot()).rounded()), 1), cells - 1)
      func place() -> Range<Int> {
        let first = Int.random(in: 0...cells - side, using: &random)
        return first..<first + side
      }
      return Patch(source: (index + other) % count, rows: place(), columns: place())
    }
  }

  /// The batch with what a step pastes; as it is where that is nothing.
  func mix(_ batch: ViewBatch, step: Int, cells: Int) -> ViewBatch {
    let patches = patches(step: step, count: batch.pixels.shape[0], cells: cells)
    if patches.allSatisfy({ $0 == nil }) { return batch }
    let (pixels, grid, logits) = (batch.pixels.copy(), batch.targets.grid.copy(), batch.targets.logits.copy())
    let (side, components, classes) = (batch.pixels.shape[1], grid.shape[2], logits.shape[1])
    for (index, patch) in patches.enumerated() {
      guard let patch else { continue }
      paste(patch, from: batch.pixels, into: pixels, at: index, across: side, each: side / cells, channels: 3)
      paste(patch, from: batch.targets.grid, into: grid, at: index, across: cells, each: 1, channels: components)
      let area = Float(patch.rows.count * patch.columns.count) / Float(cells * cells)
      let (own, other) = (logits.pointer + index * classes, batch.targets.logits.pointer + patch.source * classes)
      for c in 0..<classes { own[c] += (other[c] - own[c]) * area }
    }
    return ViewBatch(pixels: pixels, targets: .init(grid: grid, logits: logits), failures: batch.failures)
  }

  /// Copies a patch between maps of `across` × `across` places, `each` × `each` of which lie in a cell.
  private func paste(
    _ patch: Patch, from source: Tensor, into target: Tensor, at index: Int, across: Int, each: Int, channels: Int
  ) {
    let view = across * across * channels
    for row in patch.rows.lowerBound * each..<patch.rows.upperBound * each {
      let first = (row * across + patch.columns.lowerBound * each) * channels
      (target.pointer + index * view + first).update(
        from: source.pointer + patch.source * view + first, count: patch.columns.count * each * channels)
    }
  }
}
