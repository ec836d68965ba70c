import CTestSupport
import Foundation
import Tensors

/// Naive twins of the fast operations, written from the formulas in double precision: what the tests compare with.
public enum Reference {
  /// Convolution number by number; shapes as `Convolution`.
  public static func convolution(_ layer: Convolution, _ x: Tensor, kernel: Tensor) -> Tensor {
    let y = Tensor(uninitialized: layer.outputShape(x.shape))
    let (height, width) = (x.shape[1], x.shape[2])
    func before(_ size: Int, _ out: Int, _ kernel: Int) -> Int {
      layer.padding == .same ? max(0, (out - 1) * layer.stride + kernel - size) / 2 : 0
    }
    let window = naive_window(
      batch: Int32(x.shape[0]), height: Int32(height), width: Int32(width), inputs: Int32(layer.inputs),
      outputs: Int32(layer.outputs), kernel_height: Int32(layer.kernelHeight), kernel_width: Int32(layer.kernelWidth),
      stride: Int32(layer.stride), top: Int32(before(height, y.shape[1], layer.kernelHeight)),
      left: Int32(before(width, y.shape[2], layer.kernelWidth)), output_height: Int32(y.shape[1]),
      output_width: Int32(y.shape[2]))
    naive_convolution(x.pointer, kernel.pointer, window, y.pointer)
    return y
  }

  /// a `[m, k]` · b `[k, n]`.
  public static func product(_ a: Tensor, _ b: Tensor) -> Tensor {
    let c = Tensor(uninitialized: [a.shape[0], b.shape[1]])
    naive_product(a.pointer, b.pointer, a.shape[0], a.shape[1], b.shape[1], c.pointer)
    return c
  }

  /// The gradient of a function of several numbers, by central differences.
  public static func gradient(at x: [Double], of function: ([Double]) -> Double) -> [Double] {
    let step = 1e-5
    return x.indices.map { index in
      var (below, above) = (x, x)
      below[index] -= step
      above[index] += step
      return (function(above) - function(below)) / (2 * step)
    }
  }
}
