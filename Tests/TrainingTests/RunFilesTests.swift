import Foundation
import SystemPackage
import Testing

@testable import Training

@Suite struct RunFilesTests {
  private static let text =
    #"{"annotations":["/a.json"],"cache":"/c","checkpointSeconds":300,"dataNote":"squares","#
    + "\"images\":[\"/p\u{EFE9}\",\"/q\"],\"log\":\"/l\",\"sentences\":\"/s\",\"validation\":[]}"

  private static var files: RunFiles {
    let odd = "/p".utf8.map { CChar($0) } + [CChar(bitPattern: 0xE9), 0]
    return RunFiles(
      images: [FilePath(platformString: odd), "/q"], annotations: ["/a.json"], sentences: "/s", cache: "/c", log: "/l",
      dataNote: "squares", checkpointSeconds: 300)
  }

  /// What is in checkpoints of earlier versions, byte for byte.
  @Test func pathsAreKeptAsText() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    #expect(try String(decoding: encoder.encode(Self.files), as: UTF8.self) == Self.text)
    #expect(try JSONDecoder().decode(RunFiles.self, from: Data(Self.text.utf8)) == Self.files)
  }

  @Test func pathsAreFromTheRoot() {
    let files = RunFiles(images: ["a", "/b/../c"], teacher: "./t", checkpointSeconds: 1)
    let here = FilePath(FileManager.default.currentDirectoryPath)
    #expect(files.images == [here.appending("a"), "/b/../c"] && files.teacher == here.appending("t"))
  }
}
