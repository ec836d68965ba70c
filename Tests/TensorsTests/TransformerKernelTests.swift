import CKernels
import Foundation
import TestSupport
import Testing

@testable import Tensors

@Suite("Loops of transformers equal their naive twins at every level") struct TransformerKernelTests {
  @Test(
    "x · Φ(x), exactly and by tanh, from where it is 0 to where it is x", arguments: processorLevels, [false, true])
  func gelu(level: Int32, byTanh: Bool) {
    let x = Tensor([1203], (0..<1203).map { Float($0 - 601) * 0.02 })
    let expected = x.doubles.map { x in
      byTanh
        ? 0.5 * x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
        : 0.5 * x * (1 + erf(x / 2.0.squareRoot()))
    }
    atLevel(level) { gaze_gelu(x.pointer, x.count, byTanh ? 1 : 0) }
    expectClose(x, expected, within: 2e-6)
  }

  @Test("rows are normalised", arguments: processorLevels, [1, 37, 768]) func normalization(level: Int32, width: Int) {
    let (x, gamma, beta) = (numbers("x", [3, width]), numbers("gamma", [width]), numbers("beta", [width]))
    let y = Tensor(x.shape)
    atLevel(level) { gaze_normalize_rows(x.pointer, gamma.pointer, beta.pointer, 1e-5, 3, width, y.pointer) }
    let expected = (0..<3).flatMap {
      Reference.layerNormalization(
        x.row($0).map(Double.init), gamma: gamma.doubles, beta: beta.doubles, epsilon: 1e-5)
    }
    expectClose(y, expected, within: 1e-5)
  }

  /// In every order, kind of number, ragged size, with few rows and many, whatever is done to the sums.
  @Test(
    "a layer whose weights lie in a file is a linear layer", arguments: [StoredDense.Order.outputsFirst, .inputsFirst],
    [StoredNumbers.ElementType.float32, .float16, .bfloat16])
  func storedDense(order: StoredDense.Order, type: StoredNumbers.ElementType) {
    let sizes = [
      (1, 7, 5), (1, 100, 71), (5, 64, 50), (8, 800, 33), (3, 1100, 500), (12, 48, 96), (13, 33, 20), (30, 520, 70),
      (90, 900, 130),
    ]
    for (rows, inputs, outputs) in sizes {
      let (x, w, bias) = (numbers("x", [rows, inputs]), numbers("w", [inputs * outputs]), numbers("bias", [outputs]))
      let residual = numbers("residual", [rows, outputs])
      // Numbers that every kind holds exactly.
      for index in 0..<w.count { w.pointer[index] = (w.pointer[index] * 64).rounded() / 64 }
      let layer = StoredDense(stored(w, type), inputs: inputs, outputs: outputs, order: order, bias: bias)
      let plain = StoredDense(stored(w, type), inputs: inputs, outputs: outputs, order: order, bias: nil)
      var (sums, activated): ([Double], [Double]) = ([], [])
      for row in 0..<rows {
        for output in 0..<outputs {
          var sum = 0.0
          for input in 0..<inputs {
            let index = order == .outputsFirst ? output * inputs + input : input * outputs + output
            sum += Double(x.pointer[row * inputs + input]) * Double(w.pointer[index])
          }
          sums.append(sum)
          let biased = sum + Double(bias.pointer[output])
          activated.append(
            0.5 * biased * (1 + erf(biased / 2.0.squareRoot())) + Double(residual.pointer[row * outputs + output]))
        }
      }
      let scale = Float(inputs).squareRoot()
      for level in processorLevels {
        let what = "\(rows) × \(inputs) × \(outputs) at level \(level)"
        let (y, z) = atLevel(level) { (plain(x), layer(x, .gelu, adding: residual)) }
        expectClose(y, sums, within: 1e-6 * scale, what)
        expectClose(z, activated, within: 1e-6 * scale, what)
      }
    }
  }

  /// Depths that are paired add a number of a row to one of a column: the smaller must not be lost, nor what stands beside
  /// a number much larger than the rest.
  @Test("rows and columns of very different sizes keep their digits", arguments: layouts)
  func balance(layout: Layout) {
    let (rows, inputs, outputs) = (30, 520, 70)
    let (x, w) = (numbers("x", [rows, inputs]), numbers("w", [outputs, inputs]))
    for index in 0..<x.count { x.pointer[index] *= pow(10, Float(index / inputs * 29 % 41 - 20)) }
    for index in 0..<w.count { w.pointer[index] *= pow(10, Float(index / inputs * 31 % 25 - 12)) }
    for row in 0..<rows { x.pointer[row * inputs + row * 17 % inputs] *= 300 }
    for output in 0..<outputs { w.pointer[output * inputs + output * 13 % inputs] *= 300 }
    for index in 0..<inputs { (x.pointer[5 * inputs + index], w.pointer[9 * inputs + index]) = (0, 0) }
    let layer = StoredDense(StoredNumbers(w), inputs: inputs, outputs: outputs, order: .outputsFirst, bias: nil)
    let y = atLevel(layout.level) {
      layer(TiledRows(x.pointer, rows: rows, width: inputs, isPaired: layout.isPaired))
    }
    // Zeros are not balanced: they count as ones.
    func size(_ numbers: ArraySlice<Double>) -> Double {
      let squares = numbers.reduce(0) { $0 + $1 * $1 }
      return (squares == 0 ? Double(numbers.count) : squares).squareRoot()
    }
    let (a, b) = (x.doubles, w.doubles)
    var wrong: [String] = []
    for row in 0..<rows {
      for output in 0..<outputs {
        let (left, right) = (a[row * inputs..<(row + 1) * inputs], b[output * inputs..<(output + 1) * inputs])
        let expected = zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
        let error = abs(Double(y.pointer[row * outputs + output]) - expected) / (size(left) * size(right))
        if !(error < 1e-6) { wrong.append("[\(row), \(output)]: \(error)") }
      }
    }
    #expect(wrong == [])
  }

  /// How rows are laid out, and at which level.
  struct Layout: CustomTestStringConvertible {
    let level: Int32
    let isPaired: Bool
    var testDescription: String { "level \(level)\(isPaired ? ", paired" : "")" }
  }
  static let layouts =
    processorLevels.map { Layout(level: $0, isPaired: false) }
    + (processorLevels.contains(2) ? [Layout(level: 2, isPaired: true)] : [])

  @Test("every number of 16 bits is read as what it is", arguments: processorLevels, [GAZE_FLOAT16, GAZE_BFLOAT16])
  func halves(level: Int32, type: gaze_number_type) {
    let count = 1 << 16
    let halves = Halves((0..<count).map { UInt16($0) })
    let (expected, y, one) = (Tensor([count]), Tensor([count]), Tensor([1], repeating: 1))
    if type == GAZE_FLOAT16 {
      HalfPrecision.widenScalar(UnsafeRawBufferPointer(halves.memory), into: expected.pointer)
    } else {
      HalfPrecision.widenBrain(UnsafeRawBufferPointer(halves.memory), into: expected.pointer)
    }
    atLevel(level) {
      gaze_add_products(one.pointer, 1, 1, 1, halves.memory.baseAddress, type, count, count, y.pointer, count)
    }
    let wrong = (0..<count).filter {
      let (a, b) = (y.pointer[$0], expected.pointer[$0])
      return a != b && !(a.isNaN && b.isNaN)
    }
    #expect(wrong == [])
  }

  private func stored(_ tensor: Tensor, _ type: StoredNumbers.ElementType) -> StoredNumbers {
    if type == .float32 { return StoredNumbers(tensor) }
    let halves = Halves(tensor.values.map { type == .float16 ? half($0) : UInt16($0.bitPattern >> 16) })
    return StoredNumbers(UnsafeRawBufferPointer(halves.memory), type, owner: halves)
  }

  private func half(_ number: Float) -> UInt16 {
    var result: UInt16 = 0
    withUnsafePointer(to: number) { number in
      withUnsafeMutableBytes(of: &result) {
        _ = HalfPrecision.narrow(UnsafeBufferPointer(start: number, count: 1), into: $0.baseAddress!)
      }
    }
    return result
  }

  /// Few rows, which read the weights as they lie, and many, which are laid out in tiles.
  @Test("a row gives the same bits alone and among others, on any number of threads", arguments: [6, 40])
  func rowsAlone(rows: Int) {
    let (inputs, outputs) = (900, 700)
    let (x, w) = (numbers("x", [rows, inputs]), numbers("w", [inputs * outputs]))
    for order in [StoredDense.Order.outputsFirst, .inputsFirst] {
      let layer = StoredDense(StoredNumbers(w), inputs: inputs, outputs: outputs, order: order, bias: nil)
      let all = layer(x)
      for threads in [1, 7] { #expect(ThreadPool(threads: threads).use { layer(x) }.values == all.values) }
      let some = rows <= StoredDense.fewRows ? [[0], [5], [2, 4]] : [Array(3..<rows), Array(7..<20)]
      for rows in some {
        let alone = layer(x.rows(rows))
        for (index, row) in rows.enumerated() { #expect(Array(alone.row(index)) == Array(all.row(row))) }
      }
    }
  }

  @Test(
    "attention of several heads is softmax(q · kᵀ / √d) · v of each", arguments: [(5, 2, 8), (37, 2, 20), (100, 3, 16)])
  func attention(sizes: (positions: Int, heads: Int, size: Int)) {
    let (n, heads, size) = sizes
    let width = heads * size
    let (q, k, v) = (numbers("q", [n, width]), numbers("k", [n, width]), numbers("v", [n, width]))
    let (expected, weights) = naiveAttention(q, k, v, heads: heads, size: size)
    for level in processorLevels {
      let within = atLevel(level) {
        HeadAttention.within(
          queries: q.pointer, keys: k.pointer, values: v.pointer, positions: n, heads: heads, size: size, stride: width)
      }
      expectClose(within, expected, within: 1e-5, "level \(level)")
    }
    let sequence = AttendedSequence(
      keys: k.pointer, values: v.pointer, positions: n, heads: heads, size: size, stride: width)
    let found = sequence(q)
    expectClose(found.found, expected, within: 1e-5)
    expectClose(found.weights, weights, within: 1e-5)
    // And a sentence's own tokens, which lie apart.
    var history = TokenHistory()
    for token in 0..<n {
      let memory = TokenMemory(layers: 2, rows: 3, width: width)
      memory.keys(1, 2).update(from: k.pointer + token * width, count: width)
      memory.values(1, 2).update(from: v.pointer + token * width, count: width)
      history.append(memory, row: 2)
    }
    let (query, y) = (q.rows([0]), Tensor([width]))
    history.attend(query.pointer, layer: 1, heads: heads, size: size, into: y.pointer)
    expectClose(y, Array(expected[..<width]), within: 1e-5)
  }

  private func naiveAttention(
    _ q: Tensor, _ k: Tensor, _ v: Tensor, heads: Int, size: Int
  ) -> (found: [Double], weights: [Double]) {
    let (n, width) = (q.shape[0], heads * size)
    var found = [Double](repeating: 0, count: n * width)
    var all: [Double] = []
    for row in 0..<n {
      for head in 0..<heads {
        let scores = (0..<n).map { other in
          (0..<size).reduce(0.0) { sum, index in
            let channel = head * size + index
            return sum + Double(q.pointer[row * width + channel]) * Double(k.pointer[other * width + channel])
          } / Double(size).squareRoot()
        }
        let weights = Reference.softmax(scores)
        all += weights
        for (other, weight) in weights.enumerated() {
          for index in 0..<size {
            found[row * width + head * size + index] += weight * Double(v.pointer[other * width + head * size + index])
          }
        }
      }
    }
    return (found, all)
  }
}

/// Numbers of 16 bits, from an odd address on, as files may hold them.
///
/// `@unchecked Sendable`: only read once it is made.
private final class Halves: @unchecked Sendable {
  private let all: UnsafeMutableRawBufferPointer
  let memory: UnsafeMutableRawBufferPointer

  init(_ halves: [UInt16]) {
    all = .allocate(byteCount: halves.count * 2 + 1, alignment: 2)
    memory = UnsafeMutableRawBufferPointer(rebasing: all[1...])
    halves.withUnsafeBytes { memory.copyMemory(from: $0) }
  }

  deinit { all.deallocate() }
}
