import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import WeightFiles

/// Files of `Fixtures/import/make_groups.py`.
@Suite("Groups, attributes and chunks are read in the forms of old libraries and new, few or many")
struct HDF5FormsTests {
  private static func file(_ name: String) throws -> HDF5File {
    try HDF5File(path: Fixtures.path("import/\(name).h5"))
  }
  /// What the script writes: 4×6 numbers, every one exact in 16 bits.
  private let values = (0..<24).map { Float($0) / 8 - 1 }

  @Test(
    "every member of a group that takes several nodes of its tree is there, in order",
    arguments: [("groups_old", 300), ("groups_new", 60)]) func members(name: String, count: Int) throws
  {
    let file = try Self.file(name)
    #expect(file.root.child("many")?.children.map(\.name) == (0..<count).map { "m\($0)" }.sorted())
    for index in [0, 1, count / 2, count - 1] { #expect(try file.tensor("many/m\(index)", shape: []).values == [7]) }
    #expect(file.root.child("many")?.child("m\(count)") == nil)
  }

  @Test("attributes are read in a header and in a heap, short and long", arguments: ["groups_old", "groups_new"])
  func attributes(name: String) throws {
    let file = try Self.file(name)
    let count = name == "groups_old" ? 12 : 60
    for index in 0..<count { #expect(try file.strings("a\(index)", of: "number") == ["value \(index)"]) }
    #expect(try file.strings("a\(count)", of: "number") == nil)
    let long = name == "groups_old" ? nil : (0..<500).map { "layer_\($0)" }
    #expect(try file.strings("long", of: "/number") == long)
  }

  @Test("chunks at the edges give the numbers inside, one chunk alone is found") func chunks() throws {
    #expect(try Self.file("chunks_old").tensor("edges", shape: [4, 6]).values == values)
    #expect(try Self.file("groups_new").tensor("chunks/one", shape: [4, 6]).values == values)
  }

  @Test("big-endian numbers of 16 and 64 bits are read", arguments: [">f2", ">f8"]) func bigEndian(kind: String) throws
  {
    #expect(try Self.file("groups_new").tensor("plain/\(kind)", shape: [4, 6]).values == values)
  }

  @Test(
    "what is not read is refused by its name",
    arguments: [
      ("groups_new", "chunks/array", [4, 6], "expected chunks found by a B-tree of version 1, found a fixed array"),
      ("groups_new", "named", [3], "expected floating-point numbers, found elements of a named type"),
      ("chunks_old", "lzf", [4, 6], "expected numbers compressed by deflate or not at all, found the filter LZF"),
      ("chunks_old", "part", [4, 6], "expected numbers in 6 chunks, found 1 that were ever written"),
    ] as [(String, String, [Int], String)]) func refused(name: String, tensor: String, shape: [Int], says: String)
    throws
  {
    let file = try Self.file(name)
    let error = #expect(throws: WeightFileError.self) { try file.tensor(tensor, shape: shape) }
    #expect(error?.description == "\(file.path): tensor \"\(tensor)\": \(says)")
  }
}
