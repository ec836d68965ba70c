import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Gaze

@Suite("Files that come with the program are found")
struct ProgramFilesTests {
  @Test("nearest first, then where an installation has them") func candidates() {
    #expect(
      ProgramFiles.candidates("Themes", executable: "/opt/gaze/bin/gaze") == [
        "/opt/gaze/bin/Themes", "/opt/gaze/share/gaze/Themes", "/opt/gaze/Themes", "/opt/Themes", "/Themes",
      ])
  }

  @Test("this checkout's own folders are found from the test program") func ownFolder() throws {
    let sources = try #require(ProgramFiles.folder("Sources"))
    #expect(FileManager.default.fileExists(atPath: sources.appending("Gaze/Program/ProgramFiles.swift").string))
    #expect(ProgramFiles.folder("no such folder") == nil)
  }

  @Test("the flag wins over the environment, the environment over what was shipped") func order() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("gaze-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let paths = ["a", "b", "default"].map { FilePath(folder.appendingPathComponent("\($0).safetensors").path) }
    for path in paths { try Data().write(to: URL(fileURLWithPath: path.string)) }
    func weights(_ flag: FilePath?, _ variable: FilePath, _ folder: FilePath?) throws -> FilePath {
      try ProgramFiles.weights(flag: flag, variable: variable, folder: folder)
    }
    #expect(try weights(paths[0], paths[1], FilePath(folder.path)) == paths[0])
    #expect(try weights(nil, paths[1], FilePath(folder.path)) == paths[1])
    #expect(try weights(nil, "", FilePath(folder.path)) == paths[2])
    #expect(throws: CommandFailure("none: no such weights file (from --weights)")) {
      try weights("none", paths[1], nil)
    }
    #expect(throws: CommandFailure("none: no such weights file (from $GAZE_WEIGHTS)")) { try weights(nil, "none", nil) }
    let error = #expect(throws: CommandFailure.self) { try weights(nil, "", nil) }
    #expect(error?.description.contains("Weights/default.safetensors") == true)
  }
}
