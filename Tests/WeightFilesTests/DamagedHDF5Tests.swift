import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import WeightFiles

@Suite("Damaged HDF5 files are read or refused in one line, whatever their bytes")
struct DamagedHDF5Tests {
  private static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: Fixtures.url("import/\(name).h5")))
  }

  @Test("a file that crashes HDF5 1.10.8 is refused") func crash() {
    let path = Fixtures.path("import/damaged.h5")
    let error = #expect(throws: WeightFileError.self) { try HDF5File(path: path) }
    #expect(
      error?.description == "\(path): \"/\": expected the checksum of 142 bytes at 16579, found another")
    // What lies behind the checksum is no better.
    #expect(throws: WeightFileError.self) { try HDF5File(path: path, verifiesChecksums: false) }
  }

  @Test("a group that has itself as a member is refused") func circle() throws {
    let folder = try TemporaryFolder()
    var bytes = try Self.bytes("types")
    // The root's address is at 64, that of a table's first member 16 bytes behind the table's start.
    let table = try #require(Data(bytes).range(of: Data("SNOD".utf8))).lowerBound
    bytes.replaceSubrange(table + 16..<table + 24, with: bytes[64..<72])
    let path = try folder.file("w.h5", bytes)
    let error = #expect(throws: WeightFileError.self) { try HDF5File(path: path) }
    #expect(error?.description.hasSuffix("expected a group of one name, found one that has another already") == true)
  }

  @Test("a dataset that announces more numbers than its file can hold takes no memory for them") func announced() throws
  {
    let folder = try TemporaryFolder()
    var bytes = try Self.bytes("types")
    func field(_ values: [UInt64]) -> Data { values.map(\.littleEndian).withUnsafeBytes { Data($0) } }
    var shapes = 0
    while let range = Data(bytes).range(of: field([100, 3, 4])) {
      bytes.replaceSubrange(range, with: field([1 << 42, 3, 4]))
      shapes += 1
    }
    #expect(shapes > 0)
    let file = try HDF5File(path: folder.file("w.h5", bytes))
    let error = #expect(throws: WeightFileError.self) { try file.tensor("plain/gzip", shape: [1 << 42, 3, 4]) }
    #expect(error?.description.hasSuffix("chunks, found 60 that were ever written") == true)
  }

  @Test("a filter that shuffles elements larger than its chunk is refused at once") func shuffle() throws {
    let folder = try TemporaryFolder()
    var bytes = try Self.bytes("types")
    // Behind the filter's name, the size of its elements.
    let name = try #require(Data(bytes).range(of: Data("shuffle\0".utf8)))
    bytes.replaceSubrange(name.upperBound..<name.upperBound + 4, with: [0, 0, 0, 0xff])
    let file = try HDF5File(path: folder.file("w.h5", bytes))
    let error = #expect(throws: WeightFileError.self) { try file.tensor("plain/gzip", shape: [100, 3, 4]) }
    #expect(error?.description.hasSuffix("elements that fit a chunk of 336 bytes, found some of 4278190080") == true)
  }

  @Test(
    "files with bytes changed, taken out or put in are read or refused in one line",
    arguments: ["types", "groups_old", "groups_new", "chunks_old"]) func changed(name: String) throws
  {
    let folder = try TemporaryFolder()
    let whole = try Self.bytes(name)
    var mutator = Mutator(seed: UInt64(whole.count))
    var (read, refused) = (0, 0)
    // The fuzzer does the many.
    for index in 0..<24 {
      let path = try folder.file("w.h5", mutator.damaged(whole, other: whole))
      do throws(WeightFileError) {
        let file = try HDF5File(path: path, verifiesChecksums: index % 4 == 0)
        readAll(file.root, of: file)
        read += 1
      } catch {
        refused += 1
        #expect(error.description.hasPrefix(path.string) && !error.description.contains("\n"))
      }
    }
    // Neither is everything refused nor nothing noticed.
    #expect(read > 0 && refused > 0, "\(read) read, \(refused) refused")
  }

  /// Reads every attribute and tensor; what is wrong with one of them is an error of its own.
  private func readAll(_ node: HDF5Node, of file: HDF5File) {
    for attribute in node.object.attributes { _ = try? file.strings(attribute.name, of: node.path) }
    if let dataset = node.dataset, dataset.isFloat { _ = try? file.tensor(node.path, shape: dataset.shape) }
    for child in node.children { readAll(child, of: file) }
  }
}
