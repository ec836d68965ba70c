import CKernels
import TestSupport
import Testing

@testable import Tensors

@Suite struct RowsTests {
  /// OpenBLAS' products, those summed in order and Strassen's: several blocks of depth and pieces of rows and columns,
  /// ragged ends, both orders in memory, on top of what C held or not.
  @Test(arguments: [
    (3, 5, 7), (40, 33, 20), (130, 96, 70), (16, 300, 257), (64, 70, 1100), (131, 1300, 513), (900, 150, 90),
    (257, 301, 259), (300, 1000, 600), (413, 516, 1100), (801, 256, 263),
  ])
  func productsEqualTheNaiveTwin(m: Int, n: Int, k: Int) {
    let (a, b) = (numbers("a", [m, k]), numbers("b", [k, n]))
    let (at, bt) = (transposed(a), transposed(b))
    let bias = numbers("bias", [n])
    let product = Reference.product(a, b)
    // Strassen's sums of quarters are as large as the largest numbers, whatever the result's size.
    let tolerance: Float = 1e-5 * max(1, product.values.map(abs).max()! / 4)
    let biased = Tensor([m, n], product.values.enumerated().map { max(0, $1 + bias.pointer[$0 % n]) })
    let sums = Tensor([n], repeating: 5)
    let wide = Tensor([m, n], repeating: 7)
    matrixProduct(
      m, n, k, .rows(a.pointer, stride: k), .rows(b.pointer, stride: n), into: wide.pointer, n, bias: bias.pointer,
      relu: true, columnSums: sums.pointer)
    expectClose(wide, biased, within: tolerance)
    let columns = Reference.product(Tensor([1, k], repeating: 1), b)
    expectClose(sums, Tensor([n], columns.values.map { $0 + 5 }), within: 1e-5)
    let turned = Tensor([m, n], repeating: 7)
    matrixProduct(
      m, n, k, .transposed(at.pointer, stride: m), .transposed(bt.pointer, stride: k), into: turned.pointer, n,
      adds: true)
    expectClose(turned, Tensor([m, n], product.values.map { $0 + 7 }), within: tolerance)
  }

  @Test(arguments: [(1, 1), (16, 16), (37, 50), (130, 31)]) func transposingTurnsEveryNumber(rows: Int, columns: Int) {
    let x = numbers("x", [rows, columns + 3])
    let y = Tensor([columns, rows + 2], repeating: 7)
    gaze_transpose(x.pointer, columns + 3, rows, columns, y.pointer, rows + 2)
    for c in 0..<columns {
      for r in 0..<rows + 2 {
        #expect(y.pointer[c * (rows + 2) + r] == (r < rows ? x.pointer[r * (columns + 3) + c] : 7))
      }
    }
  }

  /// What lets a caption be drawn alone or among others, on any number of threads, and stay the same.
  @Test func rowProductsGiveTheSameBitsAloneAndTogether() {
    let (rows, inputs, outputs) = (31, 300, 1045)
    let x = numbers("x", [rows, inputs])
    let kernel = numbers("kernel", [inputs, outputs])
    let bias = numbers("bias", [outputs])
    let product = RowProduct(kernel: kernel, bias: bias)
    let together = product(x)
    for row in 0..<rows {
      let alone = product(Tensor([1, inputs], Array(x.values[row * inputs..<(row + 1) * inputs])))
      #expect(alone.values == Array(together.values[row * outputs..<(row + 1) * outputs]))
    }
    let expected = Reference.product(x, kernel)
    for i in 0..<expected.count { expected.pointer[i] += bias.pointer[i % outputs] }
    expectClose(together, expected, within: 1e-5)
  }

  @Test(arguments: [1, 2, 63, 64, 65, 300]) func softmaxEqualsTheNaiveTwin(columns: Int) {
    let x = numbers("x", [3, columns])
    for i in 0..<x.count { x.pointer[i] *= 30 }
    let expected = (0..<3).flatMap { Reference.softmax(Array(x.values[$0 * columns..<($0 + 1) * columns])) }
    gaze_softmax_rows(x.pointer, 3, columns)
    expectClose(x, Tensor([3, columns], expected), within: 1e-6)
  }

  @Test func averagePoolingHalvesAndItsGradientIsTheTranspose() {
    let x = numbers("x", [2, 4, 6, 3])
    let y = AveragePool2x2.forward(x)
    #expect(y.shape == [2, 2, 3, 3])
    let p = x.values
    func at(_ b: Int, _ i: Int, _ j: Int, _ c: Int) -> Float { p[((b * 4 + i) * 6 + j) * 3 + c] }
    for b in 0..<2 {
      for i in 0..<2 {
        for j in 0..<3 {
          for c in 0..<3 {
            let mean =
              (at(b, 2 * i, 2 * j, c) + at(b, 2 * i + 1, 2 * j, c) + at(b, 2 * i, 2 * j + 1, c)
                + at(b, 2 * i + 1, 2 * j + 1, c)) / 4
            #expect(abs(y.values[((b * 2 + i) * 3 + j) * 3 + c] - mean) < 1e-6)
          }
        }
      }
    }
    let dy = numbers("dy", y.shape)
    let dx = AveragePool2x2.backward(dy: dy)
    let left = zip(y.values, dy.values).reduce(Float(0)) { $0 + $1.0 * $1.1 }
    let right = zip(x.values, dx.values).reduce(Float(0)) { $0 + $1.0 * $1.1 }
    #expect(abs(left - right) < 1e-4)
  }

  @Test func dropoutKeepsTheMeanAndRepeatsItsChoice() {
    let x = Tensor(repeating: 1, shape: [100_000])
    let y = Dropout.apply(x, rate: 0.3, seed: 5)
    #expect(y.values == Dropout.apply(x, rate: 0.3, seed: 5).values)
    #expect(y.values != Dropout.apply(x, rate: 0.3, seed: 6).values)
    #expect(Set(y.values) == [0, 1 / 0.7])
    #expect(abs(y.values.reduce(0, +) / 100_000 - 1) < 0.01)
  }

  @Test func adamEqualsKerasFormula() {
    let parameter = Parameter("w", Tensor([2], [1, -2]), decays: true)
    var adam = Adam(weightDecay: 0.1)
    var (m, v, w): ([Double], [Double], [Double]) = ([0, 0], [0, 0], [1, -2])
    for step in 1...3 {
      let g = [0.3 * Double(step), -0.7]
      parameter.gradient.pointer[0] = Float(g[0])
      parameter.gradient.pointer[1] = Float(g[1])
      adam.advance()
      adam.update([parameter], learningRate: 0.01)
      let b1 = (0..<step).reduce(1.0) { p, _ in p * 0.9 }
      let b2 = (0..<step).reduce(1.0) { p, _ in p * 0.999 }
      for i in 0..<2 {
        m[i] = 0.9 * m[i] + 0.1 * g[i]
        v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i]
        w[i] -= 0.01 * 0.1 * w[i] + 0.01 * (1 - b2).squareRoot() / (1 - b1) * m[i] / (v[i].squareRoot() + 1e-7)
        #expect(abs(Double(parameter.value.pointer[i]) - w[i]) < 1e-6)
      }
      #expect(parameter.gradient.values == [0, 0])
    }
  }

  @Test func kernelsAreAskedForWhereOpenBLASMayNotKnowTheProcessor() {
    #expect(BLAS.kernels(forLevel: 2) == "SkylakeX")
    #expect(BLAS.kernels(forLevel: 1) == "Haswell")
    #expect(BLAS.kernels(forLevel: 0) == nil)
  }

  @Test func poolRunsEveryIndexOnce() {
    let pool = ThreadPool(threads: 3)
    for count in [0, 1, 2, 100] {
      let hits = Tensor([max(1, count)])
      pool.run(count) { hits.pointer[$0] += 1 }
      #expect(hits.values.prefix(count).allSatisfy { $0 == 1 })
    }
  }
}
