import Tensors
import Testing
import WeightFiles

@Suite("Numbers that are not finite are told with their tensor")
struct FiniteTests {
  @Test("infinities and NaN of either sign are refused", arguments: [Float.infinity, -.infinity, .nan, -.nan])
  func refused(number: Float) {
    let tensor = Tensor([2, 2], [0, 1, number, .nan])
    let error = #expect(throws: WeightFileError.self) { try tensor.finite("a/b", in: "w.h5") }
    #expect(error?.description == "w.h5: tensor \"a/b\": expected finite numbers, found \(number) as number 3 of 4")
  }

  @Test("all others pass") func passed() throws {
    let numbers: [Float] = [0, -0.0, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNonzeroMagnitude]
    #expect(try Tensor([5], numbers).finite("a", in: "w.h5").values == numbers)
    #expect(try Tensor([0, 3], []).finite("a", in: "w.h5").count == 0)
  }
}
