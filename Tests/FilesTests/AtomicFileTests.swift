import Foundation
import SystemPackage
import SystemPackage
import TestSupport
import Testing

@testable import Files

@Suite struct AtomicFileTests {
  private func mode(_ path: FilePath) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path.string)[.posixPermissions] as? Int
  }

  @Test(arguments: [0o600, 0o640, 0o444, 0o755]) func theModeOfAReplacedFileIsKept(_ expected: Int) throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("a.txt", [1])
    try FileManager.default.setAttributes([.posixPermissions: expected], ofItemAtPath: path.string)
    try OutputFile.write([2], toFile: path)
    #expect(try mode(path) == expected)
    #expect(FileManager.default.contents(atPath: path.string) == Data([2]))
  }

  @Test func aNewFileHasTheUsersMode() throws {
    let folder = try TemporaryFolder()
    #expect(FileManager.default.createFile(atPath: folder.path("plain").string, contents: nil))
    try OutputFile.write([2], toFile: folder.path("new"))
    #expect(try mode(folder.path("new")) == mode(folder.path("plain")))
  }

  @Test func aFileThatIsDroppedLeavesNothing() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("a.txt", [1])
    do { try AtomicFile(path: path).write([2, 3]) }
    #expect(try folder.names == ["a.txt"] && FileManager.default.contents(atPath: path.string) == Data([1]))
  }
}
