import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Files

@Suite struct FilePathTests {
  @Test func aPathInAFolderIsAbsoluteWithoutTheDotsItBeginsWith() {
    let paths: [FilePath] = ["a.png", "./b", "../c", "../../..", ".", "/d/../e", "x/../y", ".//z/", ""]
    #expect(
      paths.map { $0.absolute(in: "/home/me") } == [
        "/home/me/a.png", "/home/me/b", "/home/c", "/", "/home/me", "/d/../e", "/home/me/x/../y", "/home/me/z",
        "/home/me",
      ])
  }

  /// `link/..` is the folder that the link's target is in, not the one that the link is in.
  @Test func dotsBehindALinkLeadWhereTheSystemGoes() throws {
    let folder = try TemporaryFolder()
    try folder.path("a/b").makeFolder()
    _ = try folder.file("a/photo", [1])
    try FileManager.default.createSymbolicLink(atPath: folder.path("link").string, withDestinationPath: "a/b")
    #expect(folder.path("link/../photo").standardized.exists)
    #expect(folder.path("link/../photo").standardized.ends(with: "a/photo"))
    #expect(folder.path("./link/./x").standardized == folder.path("link/x"), "links alone stay")
    #expect(FilePath("/no/such/../folder").standardized == "/no/folder")
  }

  @Test func foldersAreMadeWithThoseAbove() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("a\u{EFE9}/b/c")
    try path.makeFolder(mode: 0o700)
    #expect(path.isFolder && path.status!.st_mode & 0o777 == 0o700)
    try path.makeFolder()
    let file = try folder.file("file", [])
    #expect(throws: FileError(path: file.appending("x"), action: "make", reason: "Not a directory")) {
      try file.appending("x").makeFolder()
    }
  }

  @Test func namesOfAnyBytesAreListed() throws {
    let folder = try TemporaryFolder()
    for name in ["b", ".hidden", "a\u{EFE9}"] { _ = try folder.file(name, []) }
    #expect(folder.path.names?.map { FileName.text($0) }.sorted() == [".hidden", "a\u{EFE9}", "b"])
    #expect(folder.path("none").names == nil)
  }

  @Test func namesAndStemsAreText() {
    let path = FileName.path("d/a\u{EFE9}.tar.gz")
    #expect(FileName.name(path) == "a\u{EFE9}.tar.gz" && FileName.stem(path) == "a\u{EFE9}.tar")
    #expect(FileName.name("/") == "" && FileName.stem("") == "")
    #expect(FileName.text(path.addingToName(".x")) == "d/a\u{EFE9}.tar.gz.x" && FilePath("/").addingToName(".x") == "/")
  }

  @Test func linksSayWhereTheyLead() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createSymbolicLink(atPath: folder.path("link").string, withDestinationPath: "no where")
    #expect(folder.path("link").linkTarget == "no where" && folder.path.linkTarget == nil)
    #expect(!folder.path("link").exists && folder.path("link").linkStatus != nil)
  }
}
