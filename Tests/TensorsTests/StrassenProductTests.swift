import CKernels
import Foundation
import TestSupport
import Testing

@testable import Tensors

/// How depths are summed, and at which level of the processor: paired sums need AVX-512.
struct Summing: CustomTestStringConvertible {
  let pairing: gaze_additions
  let level: Int32
  var isPaired: Bool { pairing != GAZE_NOT_FREE }
  var testDescription: String {
    let way = pairing == GAZE_FREE_IN_REGISTERS ? "paired in registers" : isPaired ? "paired from memory" : "plain"
    return "\(way) at level \(level)"
  }

  static let all = processorLevels.map { Summing(pairing: GAZE_NOT_FREE, level: $0) } + paired
  /// Both ways run wherever there is AVX-512, whichever is the faster.
  static let paired =
    processorLevels.contains(2)
    ? [GAZE_FREE_FROM_MEMORY, GAZE_FREE_IN_REGISTERS].map { Summing(pairing: $0, level: 2) } : []
}

@Suite struct StrassenProductTests {
  struct Size: CustomTestStringConvertible {
    let (m, n, k): (Int, Int, Int)
    init(_ m: Int, _ n: Int, _ k: Int) { (self.m, self.n, self.k) = (m, n, k) }
    var testDescription: String { "[\(m), \(k)] · [\(k), \(n)]" }
  }

  /// More columns than rows, more rows, and depths much longer than both; odd rows, halves of the depth of every
  /// remainder by 3, several blocks and tiles of every height.
  @Test(
    arguments: [
      Size(1, 64, 4), Size(2, 64, 5), Size(23, 128, 30), Size(44, 64, 43), Size(45, 448, 70), Size(61, 128, 513),
      Size(67, 64, 40), Size(130, 64, 77), Size(430, 128, 12), Size(30, 64, 1100), Size(21, 128, 2605),
    ], Summing.all)
  func everyOrderOfStorageEqualsTheNaiveTwin(size: Size, summing: Summing) {
    let (m, n, k) = (size.m, size.n, size.k)
    let (a, b, bias) = (numbers("a", [m, k]), numbers("b", [k, n]), numbers("bias", [n]))
    let (at, bt) = (transposed(a), transposed(b))
    let product = Reference.product(a, b)
    let columns = Reference.product(Tensor([1, k], repeating: 1), b)
    for left in [StoredMatrix.rows(a.pointer, stride: k), .transposed(at.pointer, stride: m)] {
      for relu in [false, true] {
        let (c, sums) = (Tensor([m, n + 3], repeating: 7), Tensor([n], repeating: 5))
        atLevel(summing.level) {
          strassenProduct(
            m, n, k, left, .rows(b.pointer, stride: n), into: c.pointer, n + 3, bias: bias.pointer, relu: relu,
            columnSums: sums.pointer, pairing: summing.pairing)
        }
        let biased = product.values.enumerated().map { $1 + bias.pointer[$0 % n] }
        expectClose(dropping(3, of: c), Tensor([m, n], biased.map { relu ? max(0, $0) : $0 }), within: 2e-6)
        expectClose(sums, Tensor([n], columns.values.map { $0 + 5 }), within: 4e-6)
        #expect((0..<m).allSatisfy { row in (n..<n + 3).allSatisfy { c.pointer[row * (n + 3) + $0] == 7 } })
      }
      let c = Tensor([m, n], repeating: 7)
      atLevel(summing.level) {
        strassenProduct(
          m, n, k, left, .transposed(bt.pointer, stride: k), into: c.pointer, n, adds: true, pairing: summing.pairing)
      }
      expectClose(c, Tensor([m, n], product.values.map { $0 + 7 }), within: 2e-6)
    }
  }

  /// Sums of a number of A and one of B would lose the smaller.
  @Test(arguments: [Size(52, 128, 300), Size(33, 64, 1500)], Summing.paired)
  func pairedSumsKeepRowsAndColumnsOfVeryDifferentSizes(size: Size, summing: Summing) {
    let (m, n, k) = (size.m, size.n, size.k)
    let (a, b) = (numbers("a", [m, k]), numbers("b", [k, n]))
    // From 1e-24 to 1e24, and a row and a column of zeros.
    let rows = (0..<m).map { row -> Float in row == 5 ? 0 : pow(10, Float(row * 29 % 49 - 24)) }
    let columns = (0..<n).map { column -> Float in column == 9 ? 0 : pow(10, Float(column * 31 % 25 - 12)) }
    for i in 0..<m * k { a.pointer[i] *= rows[i / k] }
    for i in 0..<k * n { b.pointer[i] *= columns[i % n] }
    let (expected, c) = (Reference.product(a, b), Tensor([m, n], repeating: 7))
    strassenProduct(
      m, n, k, .rows(a.pointer, stride: k), .rows(b.pointer, stride: n), into: c.pointer, n,
      pairing: summing.pairing)
    // Relative to the largest numbers of the row and the column.
    for i in 0..<m * n {
      let size = rows[i / n] * columns[i % n]
      if size == 0 { #expect(c.pointer[i] == 0) }
      for x in [c, expected] { x.pointer[i] /= size == 0 ? 1 : size }
    }
    expectClose(c, expected, within: 2e-6)
  }

  /// As gradients of a softmax are: a number near 1 in each row, the others about as small as there are many.
  @Test(arguments: Summing.all) func oneLargeNumberInARowLeavesTheOthersOfItsColumnsWhole(summing: Summing) {
    let (m, n, k) = (40, 128, 260)
    let (a, b) = (numbers("a", [m, k]), numbers("b", [k, n]))
    for i in 0..<k * n { b.pointer[i] = (b.pointer[i] + 1.01) * 5e-5 }
    for row in 0..<k { b.pointer[row * n + row * 7 % 97] = -1 }
    let (expected, c) = (Reference.product(a, b), Tensor([m, n], repeating: 7))
    atLevel(summing.level) {
      strassenProduct(
        m, n, k, .rows(a.pointer, stride: k), .rows(b.pointer, stride: n), into: c.pointer, n, pairing: summing.pairing)
    }
    // Columns from 97 on have no large number; Strassen's sums mix the ones 32 apart.
    for i in 0..<m * n where i % n >= 97 {
      let error = abs(c.pointer[i] - expected.pointer[i])
      #expect(
        error <= (summing.isPaired ? 1e-8 : 2e-6),
        "[\(i / n), \(i % n)]: \(c.pointer[i]), expected \(expected.pointer[i])")
    }
  }

  private func dropping(_ count: Int, of c: Tensor) -> Tensor {
    let width = c.shape[1]
    return Tensor(
      [c.shape[0], width - count], c.values.enumerated().filter { $0.offset % width < width - count }.map(\.element))
  }
}
