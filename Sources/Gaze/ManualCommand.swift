import ArgumentParser
import Files
import Foundation
import SystemPackage

/// `gaze manual`: the manual pages, for who installs the program.
struct ManualCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual",
    abstract: "Write the manual pages into a folder.",
    discussion: """
      A page for each command, made from its --help; installing does this.

      Example:
        gaze manual pages && man pages/gaze.1
      """,
    shouldDisplay: false)

  @Argument(help: "The folder, made if it is not there; pages in it are replaced.") var folder: FilePath

  func run() throws {
    let program = try CommandInfo.program()
    try folder.makeFolder()
    for command in program.all {
      let page = ManualPage(command, of: program, version: ProgramVersion.text)
      let path = folder.appending("\(page.name).1")
      try OutputFile.write(Array(page.text.utf8), toFile: path)
    }
  }
}

extension CommandInfo {
  /// The whole program.
  static func program() throws -> CommandInfo {
    struct Tool: Decodable { let command: CommandInfo }
    return try JSONDecoder().decode(Tool.self, from: Data(GazeCommand._dumpHelp().utf8)).command
  }
}
