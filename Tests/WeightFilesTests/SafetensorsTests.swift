import Foundation
import TestSupport
import Testing

@testable import Files
@testable import Tensors
@testable import WeightFiles

@Suite("safetensors files are read and written exactly")
struct SafetensorsTests {
  @Test("what is written is read back: names, shapes, numbers and metadata") func roundTrip() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("w.safetensors")
    let numbers: [Float] = [0, -0.5, 1, .infinity, 1e-38, -3e38]
    let metadata = ["quote": "\"\\\n\t\u{1}\u{7f}", "日本": "caf\u{e9} 🦊", "": ""]
    try writeSafetensors(
      [
        NamedTensor("b/two", Tensor([2, 3], numbers)),
        NamedTensor("half", Tensor([3], [1, -2, 65504]), dtype: .float16),
        NamedTensor("a", Tensor([], [7])), NamedTensor("empty", Tensor([0, 4])),
      ], metadata: metadata, to: path)
    let file = try SafetensorsFile(path: path)
    #expect(file.metadata == metadata)
    #expect(Set(file.names) == ["a", "b/two", "empty", "half"])
    #expect(try file.tensor("b/two", shape: [2, 3]).values == numbers)
    #expect(try file.tensor("half", shape: [3]).values == [1, -2, 65504])
    #expect(try file.tensor("a").shape == [])
    #expect(try file.tensor("empty").count == 0)
    #expect(file.info("half")?.dtype == .float16)
    #expect(try file.bytes("a").elementsEqual([0, 0, 0xe0, 0x40]))
    #expect(try FileManager.default.attributesOfItem(atPath: path.string)[.size] as? Int == file.byteCount)
  }

  @Test("equal tensors give equal bytes in whatever order they come, aligned to their size") func deterministic() throws
  {
    let folder = try TemporaryFolder()
    let tensors = (1..<6).map { NamedTensor("t\($0)", Tensor([$0]), dtype: $0 % 2 == 0 ? .float32 : .float16) }
    try writeSafetensors(tensors, metadata: ["b": "1", "a": "2"], to: folder.path("one"))
    try writeSafetensors(tensors.reversed(), metadata: ["a": "2", "b": "1"], to: folder.path("two"))
    #expect(
      try Data(contentsOf: folder.url.appendingPathComponent("one"))
        == Data(contentsOf: folder.url.appendingPathComponent("two")))
    let file = try SafetensorsFile(path: folder.path("one"))
    for name in file.names {
      let info = try #require(file.info(name))
      #expect(info.byteRange.lowerBound % info.dtype.size == 0)
    }
    #expect(try #require(file.info("t2")).byteRange.lowerBound % 8 == 0)
  }

  @Test("bfloat16 and misaligned numbers from elsewhere are read") func foreign() throws {
    let folder = try TemporaryFolder()
    let header =
      #"{"b":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]},"f":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}} "#
    #expect((8 + header.utf8.count) % 4 != 0)
    let path = try folder.file("w", safetensors(header) + [0x80, 0x3f, 0x00, 0xc0, 0, 0, 0x20, 0x41])
    let file = try SafetensorsFile(path: path)
    #expect(try file.tensor("b", shape: [2]).values == [1, -2])
    #expect(try file.tensor("f", shape: [1]).values == [10])
  }

  @Test("a tensor that is missing, misshaped or of another type is named with what was found") func mismatches() throws
  {
    let folder = try TemporaryFolder()
    let header =
      #"{"i":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},"f":{"dtype":"F32","shape":[2,1],"data_offsets":[8,16]}}"#
    let path = try folder.file("w", safetensors(header, data: 16))
    let file = try SafetensorsFile(path: path)
    #expect(throws: WeightFileError.missing(path: path, tensor: "x")) { try file.tensor("x") }
    #expect(throws: WeightFileError.mismatch(path: path, tensor: "f", expected: "shape [1, 2]", found: "[2, 1]")) {
      try file.tensor("f", shape: [1, 2])
    }
    #expect(throws: WeightFileError.mismatch(path: path, tensor: "i", expected: "dtype F32, F16 or BF16", found: "I64"))
    {
      try file.tensor("i")
    }
  }

  @Test("the fingerprint is SHA-256") func fingerprint() throws {
    let abc: [UInt8] = Array("abc".utf8)
    let sum = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    #expect(abc.withUnsafeBytes { Digest.sha256($0) } == sum)
    #expect(Digest.sha256(UnsafeRawBufferPointer(start: nil, count: 0)).hasPrefix("e3b0c44298fc1c14"))
  }

  @Test("a write that cannot be finished leaves the old file and nothing else") func failedWrites() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("w", Array("old".utf8))
    let twice = [NamedTensor("a", Tensor([1])), NamedTensor("a", Tensor([2]))]
    #expect(throws: WeightFileError.unwritable(path: path, what: "two tensors \"a\"")) {
      try writeSafetensors(twice, to: path)
    }
    let large = [NamedTensor("a", Tensor([9], repeating: 65520), dtype: .float16)]
    let error = #expect(throws: WeightFileError.self) { try writeSafetensors(large, to: path) }
    #expect(error?.description.contains("9 numbers are too large for float16") == true)
    #expect(try folder.names == ["w"])
    #expect(try Data(contentsOf: URL(fileURLWithPath: path.string)) == Data("old".utf8))
    #expect(throws: WeightFileError.self) { try writeSafetensors([], to: folder.path("none/w")) }
    #expect(throws: WeightFileError.self) { try writeSafetensors([], to: folder.path(".")) }
  }

  @Test("a full disk is reported in the system's words") func fullDisk() throws {
    let file = try AtomicFile(descriptor: open("/dev/full", O_WRONLY), path: "w")
    #expect(throws: FileError(path: "w", action: "write", reason: "No space left on device")) {
      try file.write(Array("x".utf8))
    }
  }
}
