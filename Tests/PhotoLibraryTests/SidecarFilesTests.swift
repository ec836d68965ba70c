import Captioning
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Files
@testable import PhotoLibrary

/// What is written beside photos, and what is in the way.
@Suite struct SidecarFilesTests {
  private let caption = Caption(words: [], logProbability: 0, finished: true, settings: DecodingSettings())
  private let weights = WeightsIdentity(name: "tiny", sha256: "")

  private func write(_ policy: SidecarPolicy, _ photo: FilePath) throws {
    let word = CaptionWord(
      word: "cat", token: 1, probability: 1, logProbability: 0,
      attention: AttentionMap(rows: 1, columns: 1, values: [1]), alternatives: [])
    let caption = Caption(words: [word], logProbability: 0, finished: true, settings: DecodingSettings())
    try policy.write(caption, by: weights, for: photo)
  }

  private func error(_ work: () throws -> Void) -> String? {
    do {
      try work()
      return nil
    } catch { return "\(error)" }
  }

  @Test func theByteOrderMarkStaysFirst() throws {
    let folder = try TemporaryFolder()
    for (policy, expected) in [(SidecarPolicy.append, "\u{FEFF}dog\ncat\n"), (.prepend, "\u{FEFF}cat\ndog\n")] {
      let path = try folder.file("a.txt", [0xEF, 0xBB, 0xBF] + Array("dog\n".utf8))
      try write(policy, folder.path("a.png"))
      #expect(FileManager.default.contents(atPath: path.string) == Data(expected.utf8))
    }
    #expect(Sidecar.read(for: folder.path("a.png"))?.text == "cat\ndog", "the mark is no part of the text")
  }

  @Test(arguments: [SidecarPolicy.append, .prepend]) func aLineThatIsThereIsNotAddedAgain(
    _ policy: SidecarPolicy
  ) throws {
    let folder = try TemporaryFolder()
    for there in ["cat\n", "cat", "dog\ncat\n", "cat\r\ndog\r\n", "\u{FEFF}cat\ndog"] {
      let path = try folder.file("a.txt", Array(there.utf8))
      try write(policy, folder.path("a.png"))
      #expect(FileManager.default.contents(atPath: path.string) == Data(there.utf8))
    }
    #expect(try folder.names == ["a.txt"], "nothing was written")
    for there in ["a cat\n", "cats\n", "Cat\n"] {
      let path = try folder.file("a.txt", Array(there.utf8))
      try write(policy, folder.path("a.png"))
      try write(policy, folder.path("a.png"))
      #expect(FileManager.default.contents(atPath: path.string)?.count == there.utf8.count + 4, "once")
    }
  }

  @Test func aPersonsTextWithANetworksLinesIsNeithers() throws {
    let folder = try TemporaryFolder()
    let photo = folder.path("a.png")
    try SidecarFiles(CaptionOrigin(text: "mine", author: .human), for: photo).write(for: photo)
    try write(.append, photo)
    #expect(Sidecar.read(for: photo) == SidecarText(text: "mine\ncat", author: .mixed))
    try write(.prepend, photo)
    #expect(Sidecar.read(for: photo) == SidecarText(text: "mine\ncat", author: .mixed))
    #expect(SidecarPolicy.overwrite.wouldReplaceEdit(of: photo))
    let request = SidecarWriteRequest(
      photo: photo, origin: CaptionOrigin(text: "x", author: .machine), replaces: false)
    guard case .exists(_, _, .mixed) = Sidecar.write(request) else {
      Issue.record("it was replaced unasked")
      return
    }
    // A network's text with its own lines stays a network's.
    let other = folder.path("b.png")
    try SidecarFiles(CaptionOrigin(text: "a dog", author: .machine), for: other).write(for: other)
    try write(.append, other)
    #expect(Sidecar.read(for: other) == SidecarText(text: "a dog\ncat", author: .machine))
  }

  @Test(arguments: [SidecarPolicy.append, .prepend]) func nothingIsAddedToUTF16(_ policy: SidecarPolicy) throws {
    let folder = try TemporaryFolder()
    for bytes: [UInt8] in [[0xFF, 0xFE, 0x64, 0, 0x6F, 0], [0xFE, 0xFF, 0, 0x64, 0, 0x6F], [0x64, 0, 0x6F, 0]] {
      let path = try folder.file("a.txt", bytes)
      #expect(
        error { try write(policy, folder.path("a.png")) }
          == "cannot add to \(path): text in UTF-16, expected UTF-8")
      #expect(FileManager.default.contents(atPath: path.string) == Data(bytes))
    }
    _ = try folder.file("a.txt", [0xFF, 0xFE, 0x64, 0, 0x6F, 0])
    #expect(Sidecar.read(for: folder.path("a.png"))?.text == "do")
  }

  @Test(arguments: SidecarPolicy.allCases) func whatIsNoFileIsToldInOneLine(_ policy: SidecarPolicy) throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.path("dir.txt").string, withIntermediateDirectories: true)
    #expect(mkfifo(folder.path("pipe.txt").string, 0o600) == 0)
    for name in ["dir", "pipe"] {
      #expect(!policy.isDone(folder.path("\(name).png")))
      let text = try #require(error { try write(policy, folder.path("\(name).png")) })
      #expect(text.contains("\(folder.path(name)).txt: not a regular file") && !text.contains("\n"))
      #expect(Sidecar.read(for: folder.path("\(name).png")) == nil)
    }
    #expect(try folder.names == ["dir.txt", "pipe.txt"])
  }

  @Test func linksAreNotWrittenThrough() throws {
    let folder = try TemporaryFolder()
    let elsewhere = try folder.file("elsewhere", Array("mine".utf8))
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("a.txt").string, withDestinationPath: elsewhere.string)
    for policy in [SidecarPolicy.overwrite, .append, .prepend] {
      #expect(
        error { try write(policy, folder.path("a.png")) }
          == "cannot write \(folder.path("a.txt")): a symbolic link to \(elsewhere)")
    }
    let request = SidecarWriteRequest(
      photo: folder.path("a.png"), origin: CaptionOrigin(text: "x", author: .human), replaces: true)
    guard case .failed(_, let reason) = Sidecar.write(request) else {
      Issue.record("it was written through the link")
      return
    }
    #expect(reason.contains(elsewhere.string))
    #expect(FileManager.default.contents(atPath: elsewhere.string) == Data("mine".utf8))
  }

  @Test func whoMayNotReadTheTextMayNotReadItsOrigin() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("a.txt", Array("old\n".utf8))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path.string)
    try write(.overwrite, folder.path("a.png"))
    for name in ["a.txt", "a.caption.json"] {
      let mode = try FileManager.default.attributesOfItem(atPath: folder.path(name).string)[.posixPermissions] as? Int
      #expect(mode == 0o600, "\(name)")
    }
  }

  @Test func bothFilesAreWrittenOrNeither() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("a.txt", Array("old\n".utf8))
    try FileManager.default.createDirectory(
      atPath: folder.path("a.caption.json").string, withIntermediateDirectories: true)
    #expect(error { try write(.overwrite, folder.path("a.png")) } != nil)
    #expect(FileManager.default.contents(atPath: path.string) == Data("old\n".utf8))
    #expect(try folder.names == ["a.caption.json", "a.txt"])
  }

  /// An edit in a later run, which has not drawn the caption itself.
  @Test func whatANetworkHadDrawnOutlivesAnEdit() throws {
    let folder = try TemporaryFolder()
    let photo = folder.path("a.png")
    try write(.overwrite, photo)
    let before = try #require(FileManager.default.contents(atPath: folder.path("a.caption.json").string))
    func edit(_ text: String) -> SidecarOutcome {
      Sidecar.write(
        SidecarWriteRequest(photo: photo, origin: CaptionOrigin(text: text, author: .human), replaces: true))
    }
    guard case .wrote = edit("a \"small\" cat") else {
      Issue.record("it was not written")
      return
    }
    let after = try #require(FileManager.default.contents(atPath: folder.path("a.caption.json").string))
    let (own, edited) = (#""text":"cat","author":"machine""#, #""text":"a \"small\" cat","author":"human""#)
    let expected = String(decoding: before, as: UTF8.self).replacingOccurrences(of: own, with: edited)
    #expect(String(decoding: after, as: UTF8.self) == expected && after != before)
    // Of a text that another program wrote nothing is told.
    _ = try folder.file("a.txt", Array("other".utf8))
    _ = edit("mine")
    let alone = try #require(FileManager.default.contents(atPath: folder.path("a.caption.json").string))
    #expect(!String(decoding: alone, as: UTF8.self).contains("drawn"))
  }

  @Test func aTextWithoutANetworksSaysWhoWroteIt() throws {
    let folder = try TemporaryFolder()
    let photo = folder.path("a.png")
    try SidecarFiles(CaptionOrigin(text: "a \"dog\"", author: .human), for: photo).write(for: photo)
    let data = try #require(FileManager.default.contents(atPath: folder.path("a.caption.json").string))
    let json = #"{"image":"a.png","text":"a \"dog\"","author":"human","version":1}"# + "\n"
    #expect(String(decoding: data, as: UTF8.self) == json)
    #expect(Sidecar.read(for: photo) == SidecarText(text: "a \"dog\"", author: .human))
  }
}

@Suite struct FolderStampTests {
  @Test func aFolderMadeAnewIsNoticed() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("out")
    let request = ListingRequest(paths: [path])
    func read() -> FolderReader {
      var reader = FolderReader(request)
      reader.read()
      return reader
    }
    #expect(read().problems == ["\(path): no such file or folder"])
    let gone = read().folders
    #expect(gone.map(\.path) == [path] && gone.allSatisfy { !$0.isOutdated })
    try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
    #expect(gone.allSatisfy { $0.isOutdated })
    let there = read().folders
    #expect(there.allSatisfy { !$0.isOutdated })
    // Another folder in its place, as old to the second.
    let date = try FileManager.default.attributesOfItem(atPath: path.string)[.modificationDate] as Any
    try FileManager.default.moveItem(atPath: path.string, toPath: folder.path("old").string)
    try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
    try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path.string)
    #expect(there.allSatisfy { $0.isOutdated })
  }
}

@Suite struct ListingRequestTests {
  @Test func pathsAreAbsoluteAndCalledAsTheyWereTyped() {
    let typed: [FilePath] = ["a.png", "./b", "../c", "../..", ".", "/d/../e", "x/../y", ".//z/"]
    let request = ListingRequest(typed: typed, in: "/home/me")
    #expect(
      request.paths == [
        "/home/me/a.png", "/home/me/b", "/home/c", "/", "/home/me", "/d/../e", "/home/me/x/../y", "/home/me/z",
      ])
    #expect(request.names == ["a.png", "./b", "../c", "../..", ".", "/d/../e", "x/../y", "./z"])
    #expect(FilePath("a").absolute(in: "/") == "/a" && FilePath("..").absolute(in: "/") == "/")
  }
}
