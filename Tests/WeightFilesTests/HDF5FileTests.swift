import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import WeightFiles

@Suite("HDF5 files are read whatever way their numbers are kept, and refused in one line")
struct HDF5FileTests {
  private let path = Fixtures.path("import/types.h5")
  /// What the script writes: 2×3×4 numbers, every one exact in 16 bits.
  private let values = (0..<24).map { Float($0) / 8 - 1 }

  @Test("floats of any width and byte order become float32", arguments: ["f2", "f4", "f8", ">f4"])
  func widths(kind: String) throws {
    let tensor = try HDF5File(path: path).tensor("plain/\(kind)", shape: [2, 3, 4])
    #expect(tensor.shape == [2, 3, 4] && tensor.values == values)
  }

  @Test("chunked, shuffled, compressed and checksummed numbers are read") func compressed() throws {
    let tensor = try HDF5File(path: path).tensor("plain/gzip", shape: [100, 3, 4])
    #expect(tensor.values == Array(repeating: values, count: 50).flatMap { $0 })
  }

  @Test("scalars and empty datasets are read") func corners() throws {
    let file = try HDF5File(path: path)
    #expect(try file.tensor("plain/scalar", shape: []).values == [7])
    #expect(try file.tensor("plain/empty", shape: [0, 3]).values == [])
  }

  @Test("the tree has every group and dataset of the file, and links to nothing outside it") func tree() throws {
    let root = try HDF5File(path: path).root
    #expect(root.children.map(\.name) == ["links", "names", "odd", "plain"])
    #expect(root.child("names")?.children.map(\.path) == ["names/10", "names/9", "names/é ü"])
    #expect(root.child("links")?.children.map(\.name) == ["hard"])
    #expect(root.dataset("plain/f8") == .init(shape: [2, 3, 4], isFloat: true, type: "float64"))
    #expect(root.dataset("plain") == nil && root.dataset("plain/f8/x") == nil && root.child("none") == nil)
  }

  @Test("text attributes of fixed and of any width are read") func attributes() throws {
    let file = try HDF5File(path: path)
    #expect(try file.strings("fixed", of: "/") == ["one", "three", ""])
    #expect(try file.strings("variable", of: "/") == ["one", "thr\u{e9}e", ""])
    #expect(try file.strings("single", of: "/") == ["alone"])
    #expect(try file.strings("nothing", of: "/") == [])
    #expect(try file.strings("absent", of: "/") == nil && file.strings("fixed", of: "plain") == nil)
    #expect(throws: WeightFileError.self) { try file.strings("numbers", of: "/") }
    #expect(throws: WeightFileError.self) { try file.strings("fixed", of: "nowhere") }
  }

  @Test(
    "what is not there, of another shape or kind, unwritten or kept elsewhere is an error that names it",
    arguments: [
      ("plain/f4", [2, 3, 5], "tensor \"plain/f4\": expected shape [2, 3, 5], found [2, 3, 4]"),
      ("plain/f5", [1], "there is no tensor \"plain/f5\""), ("plain", [1], "there is no tensor \"plain\""),
      ("plain/i4", [2, 3, 4], "tensor \"plain/i4\": expected floating-point numbers, found int32"),
      ("odd/text", [], "tensor \"odd/text\": expected floating-point numbers, found text"),
      ("odd/unwritten", [4], "tensor \"odd/unwritten\": expected numbers, found none that were ever written"),
      ("odd/outside", [4], "tensor \"odd/outside\": expected numbers in this file, found numbers kept in others"),
    ] as [(String, [Int], String)]) func refused(name: String, shape: [Int], says: String) throws
  {
    let file = try HDF5File(path: path)
    let error = #expect(throws: WeightFileError.self) { try file.tensor(name, shape: shape) }
    #expect(error?.description == "\(path): \(says)")
  }

  @Test("a file of another kind is told by its first bytes") func otherKinds() throws {
    let folder = try TemporaryFolder()
    let kinds: [([UInt8], String)] = [
      ([], "an empty file"), (safetensors("{}"), "a safetensors file"),
      (Array("PK\u{3}\u{4}....".utf8), "a zip archive"),
      ([0xff, 0xd8, 0xff, 0xe0], "a JPEG image"), (Array("something".utf8), "a file of another kind"),
    ]
    for (bytes, name) in kinds {
      let path = try folder.file("w.h5", bytes)
      let error = #expect(throws: WeightFileError.self) { try HDF5File(path: path) }
      let line = try #require(error).description
      #expect(line.hasPrefix("\(path): not an HDF5 file: expected an .h5 file, found \(name)"), "\(line)")
    }
    let missing = #expect(throws: WeightFileError.self) { try HDF5File(path: folder.path("none")) }
    #expect(missing?.description.hasSuffix("No such file or directory") == true)
    #expect(throws: WeightFileError.self) { try HDF5File(path: folder.path) }
  }

  @Test("a file cut short anywhere is refused, or gives the numbers it should") func truncated() throws {
    let folder = try TemporaryFolder()
    let whole = [UInt8](try Data(contentsOf: Fixtures.url("import/types.h5")))
    for count in stride(from: 8, to: whole.count, by: 997) {
      let path = try folder.file("w.h5", Array(whole[..<count]))
      let error = #expect(throws: WeightFileError.self) { try HDF5File(path: path) }
      #expect(error?.description.contains("\n") == false)
    }
  }

  @Test("a file with any one stretch overwritten is read or refused, without a crash") func damaged() throws {
    let folder = try TemporaryFolder()
    let whole = [UInt8](try Data(contentsOf: Fixtures.url("import/types.h5")))
    for start in stride(from: 8, to: whole.count - 16, by: 509) {
      var bytes = whole
      for index in start..<start + 16 { bytes[index] = ~bytes[index] }
      let path = try folder.file("w.h5", bytes)
      guard let file = try? HDF5File(path: path) else { continue }
      _ = try? file.tensor("plain/f8", shape: [2, 3, 4])
      _ = try? file.tensor("plain/gzip", shape: [100, 3, 4])
      _ = try? file.strings("variable", of: "/")
    }
  }

  @Test("files are read from several threads at once") func threads() async throws {
    let (path, values) = (path, values)
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<8 {
        group.addTask { try HDF5File(path: path).tensor("plain/f8", shape: [2, 3, 4]).values == values }
      }
      for try await equal in group { #expect(equal) }
    }
  }
}
