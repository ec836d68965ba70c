import Foundation
import TestSupport
import Testing

@testable import Tensors
@testable import WeightFiles

@Suite(".npy files")
struct NumPyArrayTests {
  @Test("what is written is NumPy's own layout and reads back", arguments: [[], [3], [2, 0], [1, 2, 3, 2]])
  func roundTrip(shape: [Int]) throws {
    let folder = try TemporaryFolder()
    let tensor = Tensor(shape, (0..<shape.reduce(1, *)).map { Float($0) - 1.5 })
    try NumPyArray.write(tensor, to: folder.path("a.npy"))
    let back = try NumPyArray.read(path: folder.path("a.npy"))
    #expect(back.shape == shape && back.values == tensor.values)
    // The tests' own reader, written apart from this one, agrees.
    let other = try NumPyFile(folder.url.appendingPathComponent("a.npy"))
    #expect(other.shape == shape && other.floats == tensor.values)
    #expect(NumPyArray.encode(tensor).count % 64 == tensor.count * 4 % 64)
  }

  private func file(_ header: String, data: Int, version: UInt8 = 1) -> [UInt8] {
    [0x93] + Array("NUMPY".utf8) + [version, 0, UInt8(header.utf8.count), 0] + Array(header.utf8)
      + [UInt8](repeating: 0, count: data)
  }

  @Test("a file of another kind, type, order or length is refused") func refused() throws {
    let good = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }"
    let broken: [(bytes: [UInt8], says: String)] = [
      ([], "not a .npy file"), (Array("hello world, no array".utf8), "not a .npy file"),
      (file(good, data: 8, version: 9), "found 9.0"), (file(good, data: 7), "expected 8 bytes for [2], found 7"),
      (file(good, data: 9), "found 9"), (Array(file(good, data: 8).prefix(30)), "cut short"),
      (file(good.replacing("<f4", with: "<f8"), data: 16), "number type"), (file("{}", data: 0), "number type"),
      (file(good.replacing("<f4", with: ">f4"), data: 8), "number type"),
      (file(good.replacing("False", with: "True"), data: 8), "C order"),
      (file(good.replacing("(2,)", with: "(-2,)"), data: 8), "shape"),
      (file(good.replacing("(2,)", with: "(2,,)"), data: 8), "shape"),
      (file(good.replacing("(2,)", with: "(4611686018427387904,8)"), data: 8), "fits in memory"),
      (file(good.replacing("(2,)", with: "(4611686018427387904,)"), data: 8), "fits in memory"),
    ]
    for (bytes, says) in broken {
      let error = #expect(throws: WeightFileError.self) {
        try bytes.withUnsafeBytes { try NumPyArray.decode($0, name: "x.npy") }
      }
      #expect(error?.description.contains(says) == true, "\(error?.description ?? "") \(says)")
    }
  }
}
