import CKernels
import Foundation
import Testing

@testable import Tensors

/// What each way of multiplying gains on this machine, against the same work without it: the figures of
/// `Sources/Tensors/README.md`. It takes a minute of a quiet machine, so it runs when asked for alone:
///
///     GAZE_GAINS=1 swift test --filter MechanismGains
///
/// The loops in C are optimised in debug builds too. Every figure is the fastest of several rounds in turns.
@Suite(.serialized, .enabled(if: ProcessInfo.processInfo.environment["GAZE_GAINS"] != nil, "only when asked for"))
struct MechanismGains {
  /// Encoding: all convolutions of InceptionResNetV2 for one photo.
  @Test func convolutionsOfEncoding() {
    let layers = InceptionLayer.all.map(MeasuredLayer.init)
    func encode(_ choose: (MeasuredLayer) -> PreparedConvolution) -> () -> Void {
      let chosen = layers.map { ($0, choose($0)) }
      return { for (layer, convolution) in chosen { layer.run { _ = convolution(layer.x, relu: true) } } }
    }
    let asChosen = encode { $0.asChosen }
    compare("Winograd's filtering of 3×3 and 1×7, encoding", with: asChosen, without: encode { $0.withoutFiltering })
    compare("of these, 1×7 and 7×1", with: asChosen, without: encode { $0.withoutLines })
    compare("packed products, encoding", with: encode { $0.withoutFiltering }) {
      for layer in layers { layer.run { _ = layer.convolution.patchForward(layer.x, kernel: layer.kernel) } }
    }
  }

  /// Decoding: the word layer for one caption and for five.
  @Test func wordLayerOfDecoding() {
    let (kernel, bias) = (numbers("kernel", [512, 20_000]), numbers("bias", [20_000]))
    let prepared = PreparedDense(kernel: kernel, bias: bias)
    for rows in [1, 5] {
      let x = numbers("x", [rows, 512])
      compare("packed products, the word layer for \(rows)", with: { _ = prepared(x) }) {
        _ = Dense.forward(x, kernel: kernel, bias: bias)
      }
    }
  }

  /// Training an encoder: forward and backward of the second 3×3 convolution of each size of block, eight photos.
  @Test func convolutionsOfTraining() {
    let layers = [(64, 32), (32, 96), (16, 192), (8, 384)].map { side, channels in
      let convolution = Convolution(kernel: (3, 3), inputs: channels, outputs: channels)
      let (x, dy) = (numbers("x", [8, side, side, channels]), numbers("dy", [8, side, side, channels]))
      return (convolution, x, numbers("kernel", convolution.kernelShape), dy, Tensor(convolution.kernelShape))
    }
    compare("Winograd's filtering of 3×3, training") {
      for (convolution, x, kernel, dy, gradient) in layers {
        _ = convolution.winogradForward(x, kernel: kernel)
        convolution.addWinogradKernelGradient(x, dy: dy, to: gradient)
        _ = convolution.winogradInputGradient(kernel: kernel, dy: dy)
      }
    } without: {
      for (convolution, x, kernel, dy, gradient) in layers {
        _ = convolution.patchForward(x, kernel: kernel)
        convolution.addPatchKernelGradient(x, dy: dy, to: gradient)
        _ = convolution.patchInputGradient(x.shape, kernel: kernel, dy: dy)
      }
    }
  }

  /// Training a decoder: the three products of the word layer, 400 positions, 20,000 words and width 512.
  @Test(.enabled(if: BLAS.processorLevel == 2, "large products are OpenBLAS' without AVX-512"))
  func productsOfTraining() {
    let (rows, width, words) = (400, 512, 20_000)
    let (x, kernel, dy) = (
      numbers("x", [rows, width]), numbers("kernel", [width, words]), numbers("dy", [rows, words])
    )
    let (y, dKernel, dx) = (Tensor([rows, words]), Tensor([width, words]), Tensor([rows, width]))
    typealias Product = (Int, Int, Int, StoredMatrix, StoredMatrix, UnsafeMutablePointer<Float>, Int) -> Void
    func step(_ product: @escaping Product) -> () -> Void {
      {
        let byRows = StoredMatrix.rows(dy.pointer, stride: words)
        product(
          rows, words, width, .rows(x.pointer, stride: width), .rows(kernel.pointer, stride: words), y.pointer, words)
        product(width, words, rows, .transposed(x.pointer, stride: width), byRows, dKernel.pointer, words)
        product(rows, width, words, byRows, .transposed(kernel.pointer, stride: words), dx.pointer, width)
      }
    }
    func strassen(_ pairing: gaze_additions) -> Product {
      { m, n, k, a, b, c, ldc in
        let whole = suitsStrassen(m, n, k) ? n / strassenPair * strassenPair : 0
        if whole > 0 { strassenProduct(m, whole, k, a, b, into: c, ldc, pairing: pairing) }
        if whole < n { inOrder(m, n - whole, k, a, b.dropping(columns: whole), c + whole, ldc) }
      }
    }
    func inOrder(
      _ m: Int, _ n: Int, _ k: Int, _ a: StoredMatrix, _ b: StoredMatrix, _ c: UnsafeMutablePointer<Float>, _ ldc: Int
    ) {
      orderedProduct(m, n, k, a, b, into: c, ldc, bias: nil, relu: false, adds: false, columnSums: nil)
    }
    let plain = step(strassen(GAZE_NOT_FREE))
    compare("packed products, training", with: step(inOrder)) {
      step { dividedGemm($0, $1, $2, $3, $4, into: $5, $6, adds: false) }()
    }
    if additionsAreFree {
      let paired = step(strassen(gaze_free_additions()))
      compare("Strassen's algorithm with paired depths, training", with: paired, without: step(inOrder))
      compare("paired depths, training", with: paired, without: plain)
    } else {
      compare("Strassen's algorithm, training", with: plain, without: step(inOrder))
    }
  }

  @Test(.enabled(if: TiledRows.pairsDepths, "this processor gains nothing by pairs")) func pairedDepthsInEncoding() {
    // BLIP's photo and one of its layers.
    let (rows, inputs, outputs) = (577, 768, 3072)
    let (x, w) = (Tensor([rows, inputs], repeating: 1), Tensor([outputs, inputs], repeating: 1))
    let layer = StoredDense(StoredNumbers(w), inputs: inputs, outputs: outputs, order: .outputsFirst, bias: nil)
    func pass(isPaired: Bool) -> () -> Void {
      { _ = layer(TiledRows(x.pointer, rows: rows, width: inputs, isPaired: isPaired)) }
    }
    compare("paired depths, encoding", with: pass(isPaired: true), without: pass(isPaired: false))
  }

  @Test func keptPanels() {
    // ViT's photo and one layer of each of its twelve: more than caches hold.
    let (rows, inputs, outputs) = (197, 768, 3072)
    let x = Tensor([rows, inputs], repeating: 1)
    let layers = (0..<12).map { _ in
      StoredDense(
        LetGoFile(Tensor([outputs, inputs], repeating: 1)).numbers, inputs: inputs, outputs: outputs,
        order: .outputsFirst, bias: nil)
    }
    let keeping = layers.map { $0.keepingPanels() }
    func pass(_ layers: [StoredDense]) { for layer in layers { _ = layer(x) } }
    for _ in 0...KeptPanels.usesBefore { pass(keeping) }
    compare("kept panels", with: { pass(keeping) }, without: { pass(layers) })
  }

  /// Prints what `with` gains, and fails where that is less than 5 %: then it had better go.
  private func compare(_ name: String, with: () -> Void, without: () -> Void) {
    let clock = ContinuousClock()
    var (fastest, fastestWithout) = (Duration.seconds(1000), Duration.seconds(1000))
    for _ in 0..<7 {
      fastest = min(fastest, clock.measure(with))
      fastestWithout = min(fastestWithout, clock.measure(without))
    }
    let gain = 1 - fastest / fastestWithout
    func milliseconds(_ time: Duration) -> String { String(format: "%.2f ms", time / .milliseconds(1)) }
    print(
      "\(name): \(milliseconds(fastest)) instead of \(milliseconds(fastestWithout)), \(Int((100 * gain).rounded())) %")
    #expect(gain >= 0.05, "\(name)")
  }
}

/// A convolution of InceptionResNetV2 with everything it needs, and the ways to compute it.
private struct MeasuredLayer {
  let layer: InceptionLayer
  let convolution: Convolution
  let (x, kernel): (Tensor, Tensor)
  let (asChosen, withoutLines, withoutFiltering): (PreparedConvolution, PreparedConvolution, PreparedConvolution)

  init(_ layer: InceptionLayer) {
    let convolution = layer.convolution
    let kernel = numbers("kernel", convolution.kernelShape)
    func prepared(_ method: PreparedConvolution.Method? = nil) -> PreparedConvolution {
      PreparedConvolution(
        convolution, kernel: kernel, bias: Tensor([convolution.outputs]), inputSize: (layer.side, layer.side),
        method: method)
    }
    (self.layer, self.convolution, self.kernel) = (layer, convolution, kernel)
    x = numbers("x", [1, layer.side, layer.side, convolution.inputs])
    asChosen = prepared()
    switch asChosen.method {
    case .product, .patches: (withoutLines, withoutFiltering) = (asChosen, asChosen)
    case .winograd3x3: (withoutLines, withoutFiltering) = (asChosen, prepared(.patches))
    case .winogradLine:
      withoutFiltering = prepared(.patches)
      withoutLines = withoutFiltering
    }
  }

  func run(_ body: () -> Void) {
    for _ in 0..<layer.times { body() }
  }
}
