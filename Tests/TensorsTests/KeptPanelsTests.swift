import CKernels
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Tensors

@Suite("Weights laid out once") struct KeptPanelsTests {
  typealias Layout = TransformerKernelTests.Layout

  @Test(
    "a layer gives the same bits with its panels kept, and lets its file go once they are",
    arguments: TransformerKernelTests.layouts, [StoredDense.Order.outputsFirst, .inputsFirst])
  func sameBits(layout: Layout, order: StoredDense.Order) {
    let (rows, inputs, outputs) = (30, 521, 70)
    let (x, file) = (numbers("x", [rows, inputs]), LetGoFile(numbers("w", [inputs * outputs])))
    let plain = StoredDense(
      file.numbers, inputs: inputs, outputs: outputs, order: order, bias: numbers("bias", [outputs]))
    let keeping = plain.keepingPanels()
    atLevel(layout.level) {
      let rows = TiledRows(x.pointer, rows: rows, width: inputs, isPaired: layout.isPaired)
      let expected = plain(rows, .gelu, adding: numbers("residual", [30, outputs])).values
      for timesLetGo in [Int](repeating: 0, count: KeptPanels.usesBefore) + [1, 1] {
        #expect(keeping(rows, .gelu, adding: numbers("residual", [30, outputs])).values == expected)
        #expect(file.timesLetGo == timesLetGo)
      }
    }
    #expect(plain.kept == nil)
  }

  @Test("rows laid out otherwise than the panels that are kept are multiplied as ever") func otherLayout() {
    let (x, file) = (numbers("x", [20, 90]), LetGoFile(numbers("w", [90 * 50])))
    let plain = StoredDense(file.numbers, inputs: 90, outputs: 50, order: .outputsFirst, bias: nil)
    let layouts = TransformerKernelTests.layouts
    for first in layouts {
      let keeping = plain.keepingPanels()
      for layout in [Layout](repeating: first, count: KeptPanels.usesBefore + 1) + layouts {
        atLevel(layout.level) {
          let rows = TiledRows(x.pointer, rows: 20, width: 90, isPaired: layout.isPaired)
          #expect(keeping(rows).values == plain(rows).values, "\(layout) after \(first)")
        }
      }
    }
  }

  @Test("what is stored in 16 bits or in memory of its own is not kept a second time") func notKept() {
    let file = LetGoFile(Tensor([16], repeating: 0))
    let halves = StoredNumbers(
      UnsafeRawBufferPointer(start: file.tensor.pointer, count: 32), .float16, owner: file, release: file.letGo)
    for numbers in [halves, StoredNumbers(file.tensor)] {
      #expect(StoredDense(numbers, inputs: 4, outputs: 4, order: .inputsFirst, bias: nil).keepingPanels().kept == nil)
    }
  }

  @Test("several threads that meet a layer first together get the same bits as one") func threads() {
    let (x, file) = (numbers("x", [40, 300]), LetGoFile(numbers("w", [300 * 200])))
    let plain = StoredDense(file.numbers, inputs: 300, outputs: 200, order: .outputsFirst, bias: nil)
    let (keeping, expected) = (plain.keepingPanels(), plain(x).values)
    let wrong = Mutex(0)
    DispatchQueue.concurrentPerform(iterations: 2 * KeptPanels.usesBefore) { _ in
      let found = ThreadPool(threads: 1).use { keeping(x).values }
      if found != expected { wrong.withLock { $0 += 1 } }
    }
    #expect(wrong.withLock { $0 } == 0)
    #expect(file.timesLetGo == 1)
  }

  @Test(
    "results laid out for the next layer as they are made are those laid out by themselves",
    arguments: processorLevels, [1, 11, 12, 40])
  func laidOutAtOnce(level: Int32, rows: Int) {
    let (inputs, inner, outputs) = (48, 75, 20)
    let x = numbers("x", [rows, inputs])
    let up = StoredDense(
      StoredNumbers(numbers("up", [inner, inputs])), inputs: inputs, outputs: inner, order: .outputsFirst,
      bias: numbers("bias", [inner]))
    let down = StoredDense(
      StoredNumbers(numbers("down", [outputs, inner])), inputs: inner, outputs: outputs, order: .outputsFirst, bias: nil
    )
    atLevel(level) {
      let laidOut = TiledRows(x.pointer, rows: rows, width: inputs)
      let plain = up(laidOut, .gelu)
      let expected = down(TiledRows(plain.pointer, rows: rows, width: inner))
      #expect(down(up.tiled(laidOut, .gelu)).values == expected.values)
    }
  }
}

/// Numbers in memory, and how often they were let go.
final class LetGoFile: Sendable {
  let tensor: Tensor
  private let times = Mutex(0)

  init(_ tensor: Tensor) { self.tensor = tensor }

  var timesLetGo: Int { times.withLock { $0 } }
  func letGo() { times.withLock { $0 += 1 } }

  var numbers: StoredNumbers {
    StoredNumbers(
      UnsafeRawBufferPointer(start: tensor.pointer, count: tensor.count * 4), .float32, owner: self, release: letGo)
  }
}
