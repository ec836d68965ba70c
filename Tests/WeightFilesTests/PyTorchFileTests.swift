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

  @Test("a tensor whose rows are columns of another is read in order, or refused by name") func turned() throws {
    let file = try file("turned.bin")
    let error = try #require(throws: WeightFileError.self) { try file.bytes("turned") }
    #expect(error.description.contains(#"tensor "turned": expected numbers in row-major order, found strides [1, 4]"#))
    let numbers = (0..<12).map { Float($0) / 8 }
    #expect(try file.reordered("turned", shape: [4, 3]).values == (0..<12).map { numbers[$0 % 3 * 4 + $0 / 3] })
    #expect(throws: WeightFileError.self) { try file.reordered("turned", shape: [3, 4]) }
  }

  @Test("the form from before version 1.6 is read, and refused where it ends early") func legacy() throws {
    let path = Fixtures.path("lite/legacy.pth")
    let file = try PyTorchFile(path: path)
    // Of each normalisation five tensors, of each of 31 convolutions one, of the linear layer two.
    #expect(file.names.count == 31 * 6 + 2)
    #expect(file.info("_fc.weight")?.shape == [7, 160] && file.info("_bn0.num_batches_tracked")?.dtype == .int64)
    let variances = try file.copied("_bn0.running_var", shape: [4]).values
    #expect(variances.allSatisfy { (0.2...2).contains($0) } && Set(variances).count == 4)
    let bytes = try Array(Data(contentsOf: Fixtures.url("lite/legacy.pth")))
    let folder = try TemporaryFolder()
    for (count, complaint) in [(bytes.count - 1, "storage \""), (40, "expected"), (16, "format version 1001")] {
      let cut = try folder.file("cut.pth", Array(bytes.prefix(count)))
      let error = try #require(throws: WeightFileError.self) { try PyTorchFile(path: cut) }
      #expect(error.description.contains(complaint))
    }
  }

  @Test(
    "whatever bytes are changed or missing, it is an error or a file, never an end of the program",
    arguments: [("transformers/tensors.bin", 600), ("lite/legacy.pth", 300)]) func damaged(
      name: String, rounds: Int
    ) throws
  {
    let bytes = try Array(Data(contentsOf: Fixtures.url(name)))
    let folder = try TemporaryFolder()
    var state: UInt64 = 1
    /// The same numbers in every run, from 0 to below `bound`.
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    for round in 0..<rounds {
      var changed = bytes
      for _ in 0...next(4) {
        // What follows are numbers alone, which may be any.
        changed[next(min(changed.count, 30_000))] = UInt8(next(256))
      }
      if round % 5 == 0 { changed.removeLast(1 + next(changed.count - 1)) }
      guard let file = try? PyTorchFile(path: folder.file("x.bin", changed)) else { continue }
      for name in file.names { _ = try? file.bytes(name).last }
    }
  }
}
