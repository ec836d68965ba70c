import Tensors
import Testing

/// Compares numbers of an analytic gradient with a central difference of the loss.
/// - Parameter most: about how many, evenly spread.
public func expectGradient(
  _ gradient: Tensor, of value: Tensor, name: String, tolerance: Double = 2e-2, step: Float = 4e-3, most: Int = 12,
  loss: () -> Double
) throws {
  #expect(gradient.count == value.count)
  let scale = Double(gradient.values.map(abs).max()!)
  for index in stride(from: 0, to: value.count, by: max(1, value.count / most)) {
    let kept = value.pointer[index]
    value.pointer[index] = kept + step
    let above = loss()
    value.pointer[index] = kept - step
    let below = loss()
    value.pointer[index] = kept
    let numeric = (above - below) / Double(2 * step)
    let difference = abs(numeric - Double(gradient.pointer[index]))
    #expect(
      difference <= tolerance * max(scale, 1e-3),
      "\(name)[\(index)]: \(gradient.pointer[index]), difference quotient \(numeric)")
  }
}
