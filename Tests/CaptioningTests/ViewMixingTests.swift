import Foundation
import Tensors
import Testing

@testable import Captioning

@Suite("Parts of views are pasted into others, and what the teacher says with them") struct ViewMixingTests {
  private static let cells = 4

  /// Five views of 8×8 pixels over 4×4 cells of two numbers, and three classes; every number is another.
  private func batch() -> ViewBatch {
    func counted(_ shape: [Int], from first: Float) -> Tensor {
      Tensor(shape, (0..<shape.reduce(1, *)).map { first + Float($0) })
    }
    return ViewBatch(
      pixels: counted([5, 8, 8, 3], from: 0),
      targets: .init(grid: counted([5, 16, 2], from: 5000), logits: counted([5, 3], from: 7000)), failures: ["one"])
  }

  @Test("what is pasted is part of another view, of any size but the whole, and the same for the same step")
  func patches() {
    let mixing = ViewMixing(share: 1, seed: 3)
    var areas: [Int] = []
    for step in 0..<100 {
      let patches = mixing.patches(step: step, count: 5, cells: Self.cells)
      #expect(patches == mixing.patches(step: step, count: 5, cells: Self.cells))
      #expect(patches.count == 5)
      for (index, patch) in patches.enumerated() {
        guard let patch else {
          Issue.record("nothing is pasted into view \(index) of step \(step)")
          continue
        }
        #expect(patch.source != index && (0..<5).contains(patch.source))
        #expect(patch.rows.lowerBound >= 0 && patch.rows.upperBound <= Self.cells)
        #expect(patch.columns.lowerBound >= 0 && patch.columns.upperBound <= Self.cells)
        areas.append(patch.rows.count * patch.columns.count)
      }
    }
    #expect(Set(areas) == [1, 4, 9])
    let halves = ViewMixing(share: 0.5, seed: 3).patches(step: 0, count: 1000, cells: Self.cells)
    #expect((400...600).contains(halves.count { $0 != nil }))
    #expect(ViewMixing(share: 0, seed: 3).patches(step: 0, count: 100, cells: Self.cells).allSatisfy { $0 == nil })
    #expect(mixing.patches(step: 0, count: 1, cells: Self.cells) == [nil], "there is no other view")
  }

  @Test("every pixel and every number of the teacher's is its view's own or the pasted one's")
  func pasting() {
    let (before, mixing) = (batch(), ViewMixing(share: 0.7, seed: 5))
    for step in 0..<10 {
      let patches = mixing.patches(step: step, count: 5, cells: Self.cells)
      let after = mixing.mix(before, step: step, cells: Self.cells)
      func source(_ view: Int, _ row: Int, _ column: Int) -> Int {
        guard let patch = patches[view] else { return view }
        return patch.rows.contains(row) && patch.columns.contains(column) ? patch.source : view
      }
      let pixels = (0..<5 * 64).flatMap { place in
        let (view, y, x) = (place / 64, place / 8 % 8, place % 8)
        return (0..<3).map { before.pixels.values[((source(view, y / 2, x / 2) * 8 + y) * 8 + x) * 3 + $0] }
      }
      #expect(after.pixels.shape == [5, 8, 8, 3] && after.pixels.values == pixels)
      let grid = (0..<5 * 16).flatMap { place in
        let (view, cell) = (place / 16, place % 16)
        return (0..<2).map { before.targets.grid.values[(source(view, cell / 4, cell % 4) * 16 + cell) * 2 + $0] }
      }
      #expect(after.targets.grid.shape == [5, 16, 2] && after.targets.grid.values == grid)
      let logits = (0..<15).map { place in
        let (view, c) = (place / 3, place % 3)
        let sources = (0..<16).map { source(view, $0 / 4, $0 % 4) }
        return sources.map { before.targets.logits.values[$0 * 3 + c] }.reduce(0, +) / 16
      }
      #expect(after.targets.logits.shape == [5, 3])
      #expect(zip(after.targets.logits.values, logits).allSatisfy { abs($0 - $1) <= 1e-6 * abs($1) })
      #expect(after.failures == ["one"])
    }
    #expect(before.pixels.values == batch().pixels.values, "the batch itself stays as it was")
  }
}
