import Foundation
import Tensors

/// Naive twins of the fast operations, written from the formulas: what the tests compare with.
public enum Reference {
  /// Convolution number by number; shapes as `Convolution`.
  public static func convolution(_ layer: Convolution, _ x: Tensor, kernel: Tensor) -> Tensor {
    let output = layer.outputShape(x.shape)
    let y = Tensor(output)
    let (h, w, c) = (x.shape[1], x.shape[2], x.shape[3])
    func before(_ size: Int, _ out: Int, _ kernel: Int) -> Int {
      layer.padding == .same ? max(0, (out - 1) * layer.stride + kernel - size) / 2 : 0
    }
    let top = before(h, output[1], layer.kernelHeight)
    let left = before(w, output[2], layer.kernelWidth)
    for b in 0..<output[0] {
      for i in 0..<output[1] {
        for j in 0..<output[2] {
          for o in 0..<output[3] {
            var total = 0.0
            for ki in 0..<layer.kernelHeight {
              for kj in 0..<layer.kernelWidth {
                let (row, column) = (i * layer.stride + ki - top, j * layer.stride + kj - left)
                guard (0..<h).contains(row), (0..<w).contains(column) else { continue }
                for channel in 0..<c {
                  let value = x.pointer[((b * h + row) * w + column) * c + channel]
                  let weight = kernel.pointer[((ki * layer.kernelWidth + kj) * c + channel) * output[3] + o]
                  total += Double(value) * Double(weight)
                }
              }
            }
            y.pointer[((b * output[1] + i) * output[2] + j) * output[3] + o] = Float(total)
          }
        }
      }
    }
    return y
  }

  /// a `[m, k]` · b `[k, n]`.
  public static func product(_ a: Tensor, _ b: Tensor) -> Tensor {
    let (m, k, n) = (a.shape[0], a.shape[1], b.shape[1])
    let c = Tensor([m, n])
    for i in 0..<m {
      for j in 0..<n {
        var total = 0.0
        for l in 0..<k { total += Double(a.pointer[i * k + l]) * Double(b.pointer[l * n + j]) }
        c.pointer[i * n + j] = Float(total)
      }
    }
    return c
  }

  /// Softmax of one row.
  public static func softmax(_ row: [Float]) -> [Float] {
    let top = Double(row.max()!)
    let powers = row.map { exp(Double($0) - top) }
    let total = powers.reduce(0, +)
    return powers.map { Float($0 / total) }
  }
}
