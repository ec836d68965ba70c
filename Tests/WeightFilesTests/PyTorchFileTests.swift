import Foundation
import TestSupport
import Testing

@testable import Tensors
@testable import WeightFiles

@Suite("Files of torch.save") struct PyTorchFileTests {
  private func file(_ name: String) throws -> PyTorchFile {
    try PyTorchFile(path: Fixtures.path("transformers/\(name)"))
  }

  @Test("tensors of every kind are read, and parts of others") func tensors() throws {
    let file = try file("tensors.bin")
    let numbers = (0..<12).map { Float($0) / 8 }
    #expect(file.names == ["a", "brain", "half", "ids", "part"])
    for name in ["a", "half", "brain"] { #expect(try file.copied(name, shape: [3, 4]).values == numbers) }
    #expect(try file.copied("part", shape: [2, 4]).values == Array(numbers[4...]))
    #expect(file.info("ids")?.shape == [5] && file.info("ids")?.dtype == .int64)
    #expect(throws: WeightFileError.self) { try file.copied("ids", shape: [5]) }
    #expect(throws: WeightFileError.self) { try file.copied("a", shape: [4, 3]) }
    #expect(throws: WeightFileError.self) { try file.copied("b", shape: [1]) }
  }

  @Test("nothing is called but what rebuilds tensors") func hostile() throws {
    let error = try #require(throws: WeightFileError.self) { try file("hostile.bin") }
    #expect(
      error.description.contains(#"expected nothing called but what rebuilds tensors, found a call of "posix system""#))
  }

  @Test("a tensor whose rows are columns of another is refused by name") func turned() throws {
    let error = try #require(throws: WeightFileError.self) { try file("turned.bin") }
    #expect(error.description.contains(#"tensor "turned": expected numbers in row-major order, found strides [1, 4]"#))
  }

  @Test("whatever bytes are changed or missing, it is an error or a file, never an end of the program") func damaged()
    throws
  {
    let bytes = try Array(Data(contentsOf: Fixtures.url("transformers/tensors.bin")))
    let folder = try TemporaryFolder()
    var state: UInt64 = 1
    /// The same numbers in every run, from 0 to below `bound`.
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    for round in 0..<600 {
      var changed = bytes
      for _ in 0...next(4) {
        changed[next(changed.count)] = UInt8(next(256))
      }
      if round % 5 == 0 { changed.removeLast(1 + next(changed.count - 1)) }
      guard let file = try? PyTorchFile(path: folder.file("x.bin", changed)) else { continue }
      for name in file.names { _ = try? file.bytes(name).reduce(0) { $0 &+ Int($1) } }
    }
  }
}
