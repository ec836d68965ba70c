import CKernels
import TestSupport
import Testing

@testable import Tensors

@Suite("Matrix products") struct ProductTests {
  /// OpenBLAS' products, those summed in order and Strassen's: several blocks of depth and pieces of rows and columns,
  /// ragged ends, both orders in memory, on top of what C held or not.
  @Test(arguments: [
    (3, 5, 7), (40, 33, 20), (130, 96, 70), (16, 300, 257), (64, 70, 1100), (131, 1300, 513), (900, 150, 90),
    (257, 301, 259), (300, 1000, 600), (413, 516, 1100), (801, 256, 263),
  ])
  func productsOfAnySizeEqualTheNaiveTwin(m: Int, n: Int, k: Int) {
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

  /// Several blocks of the depth, several pieces of columns, ragged ends and rows that compete for the cache (512).
  @Test(arguments: [(5, 40, 23), (131, 1300, 513), (86, 70, 512), (16, 33, 1100)], processorLevels)
  func productsSummedInOrderEqualTheNaiveTwin(size: (Int, Int, Int), level: Int32) {
    let (m, n, k) = size
    let (a, b, bias) = (numbers("a", [m, k]), numbers("b", [k, n]), numbers("bias", [n]))
    let (at, bt) = (transposed(a), transposed(b))
    let product = Reference.product(a, b).doubles
    let sums = Tensor([n], repeating: 5)
    let y = Tensor([m, n], repeating: 7)
    atLevel(level) {
      orderedProduct(
        m, n, k, .rows(a.pointer, stride: k), .rows(b.pointer, stride: n), into: y.pointer, n, bias: bias.pointer,
        relu: true, adds: false, columnSums: sums.pointer)
    }
    expectClose(y, product.enumerated().map { max(0, $1 + Double(bias.pointer[$0 % n])) }, within: 1e-5)
    expectClose(sums, Reference.product(Tensor([1, k], repeating: 1), b).doubles.map { $0 + 5 }, within: 1e-5)
    let turned = Tensor([m, n], repeating: 7)
    atLevel(level) {
      orderedProduct(
        m, n, k, .transposed(at.pointer, stride: m), .transposed(bt.pointer, stride: k), into: turned.pointer, n,
        bias: nil, relu: false, adds: true, columnSums: nil)
    }
    expectClose(turned, product.map { $0 + 7 }, within: 1e-5)
  }

  /// Tiles of every height, panels of every width, whole and ragged; both ways of packing.
  @Test(arguments: [1, 5, 6, 14, 29], [1, 16, 31, 48, 80, 131, 192]) func packedProductsEqualTheNaiveTwin(
    rows: Int, columns: Int
  ) {
    let (depth, a, b) = (23, numbers("a", [rows, 23]), numbers("b", [23, columns]))
    let (bias, residual, turned) = (numbers("bias", [columns]), numbers("residual", [rows, columns]), transposed(b))
    // Sums beyond 6 on both sides.
    for index in 0..<bias.count { bias.pointer[index] *= 9 }
    let sums = Reference.product(a, b).doubles.enumerated().map {
      $1 + Double(bias.pointer[$0 % columns]) + Double(residual.pointer[$0])
    }
    for level in processorLevels {
      for (isTransposed, activation) in [(false, Activation.relu), (true, .relu), (false, .relu6), (true, .none)] {
        let epilogue = gaze_epilogue(
          bias: bias.pointer, residual: residual.pointer, residual_stride: columns, relu: activation.rawValue)
        let (packed, c) = (Tensor([gaze_packed_count(depth, columns)]), Tensor([rows, columns]))
        atLevel(level) {
          if isTransposed {
            gaze_pack_transposed(turned.pointer, depth, depth, columns, packed.pointer)
          } else {
            gaze_pack(b.pointer, columns, depth, columns, packed.pointer)
          }
          gaze_packed_product(
            a.pointer, depth, rows, depth, packed.pointer, columns, 0, gaze_panel_count(columns), c.pointer, columns,
            epilogue)
        }
        let expected = sums.map { activation == .none ? $0 : min(max(0, $0), activation == .relu6 ? 6 : .infinity) }
        expectClose(c, expected, within: 1e-5, "level \(level), transposed: \(isTransposed), \(activation)")
      }
    }
  }

  @Test("a depth gone through in parts gives the whole sum, whatever panels are asked for", arguments: [768, 1300])
  func deepPackedProducts(depth: Int) {
    let (rows, columns) = (8, 80 + 51)
    let (a, b) = (numbers("a", [rows, depth]), numbers("b", [depth, columns]))
    let (bias, residual) = (numbers("bias", [columns]), numbers("residual", [rows, columns]))
    let expected = Reference.product(a, b).doubles.enumerated().map {
      max(0, $1 + Double(bias.pointer[$0 % columns]) + Double(residual.pointer[$0]))
    }
    let epilogue = gaze_epilogue(
      bias: bias.pointer, residual: residual.pointer, residual_stride: columns, relu: 1)
    for level in processorLevels {
      let (packed, whole) = (Tensor([gaze_packed_count(depth, columns)]), Tensor([rows, columns]))
      let parted = Tensor([rows, columns])
      atLevel(level) {
        gaze_pack(b.pointer, columns, depth, columns, packed.pointer)
        func product(_ panels: Range<Int>, into c: Tensor) {
          gaze_packed_product(
            a.pointer, depth, rows, depth, packed.pointer, columns, panels.lowerBound, panels.upperBound, c.pointer,
            columns, epilogue)
        }
        let panels = gaze_panel_count(columns)
        product(0..<panels, into: whole)
        for panel in 0..<panels { product(panel..<panel + 1, into: parted) }
      }
      expectClose(whole, expected, within: 1e-5, "level \(level)")
      #expect(whole.values == parted.values, "level \(level)")
    }
  }

  @Test(arguments: [(1, 1), (16, 16), (37, 50), (130, 31)]) func transposingTurnsEveryNumber(
    rows: Int, columns: Int
  ) {
    let x = numbers("x", [rows, columns + 3])
    let expected = (0..<columns).flatMap { c in
      (0..<rows + 2).map { r in r < rows ? x.pointer[r * (columns + 3) + c] : 7 }
    }
    for level in processorLevels {
      let y = Tensor([columns, rows + 2], repeating: 7)
      atLevel(level) { gaze_transpose(x.pointer, columns + 3, rows, columns, y.pointer, rows + 2) }
      #expect(y.values == expected, "level \(level)")
    }
  }

  /// What lets a caption be drawn alone or among others, on any number of threads, and stay the same.
  @Test func preparedLayersGiveTheSameBitsAloneAndTogether() {
    let (rows, inputs, outputs) = (31, 300, 1045)
    let x = numbers("x", [rows, inputs])
    let kernel = numbers("kernel", [inputs, outputs])
    let bias = numbers("bias", [outputs])
    let product = PreparedDense(kernel: kernel, bias: bias)
    let together = product(x)
    for row in 0..<rows {
      let alone = product(Tensor([1, inputs], Array(x.values[row * inputs..<(row + 1) * inputs])))
      #expect(alone.values == Array(together.values[row * outputs..<(row + 1) * outputs]))
    }
    let expected = Reference.product(x, kernel)
    for i in 0..<expected.count { expected.pointer[i] += bias.pointer[i % outputs] }
    expectClose(together, expected, within: 1e-5)
  }

  @Test func kernelsAreAskedForWhereOpenBLASMayNotKnowTheProcessor() {
    #expect(BLAS.kernels(forLevel: 2) == "SkylakeX")
    #expect(BLAS.kernels(forLevel: 1) == "Haswell")
    #expect(BLAS.kernels(forLevel: 0) == nil)
  }
}
