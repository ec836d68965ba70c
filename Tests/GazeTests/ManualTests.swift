import Foundation
import TestSupport
import Testing

@testable import Gaze

@Suite("The manual has a page for each command, made from its help") struct ManualTests {
  private func pages() throws -> [String: String] {
    let program = try CommandInfo.program()
    let pages = program.all.map { ManualPage($0, of: program, version: "1.2.3") }
    return Dictionary(uniqueKeysWithValues: pages.map { ($0.name, $0.text) })
  }

  @Test("all commands that are shown, and none else") func names() throws {
    let names = try pages().keys
    #expect(names.contains("gaze") && names.contains("gaze-caption") && names.contains("gaze-train"))
    #expect(!names.contains("gaze-help") && !names.contains("gaze-manual"))
    for command in GazeCommand.configuration.subcommands where command.configuration.shouldDisplay {
      #expect(names.contains("gaze-\(command._commandName)"))
    }
  }

  @Test("a page has the command's flags with their help, examples as they stand, and the version") func content() throws
  {
    let page = try #require(try pages()["gaze-caption"])
    #expect(page.hasPrefix(".TH GAZE-CAPTION 1 \"\" \"gaze 1.2.3\" \"User Commands\"\n"))
    #expect(page.contains("gaze\\-caption \\- Caption images.\n"))
    #expect(page.contains("\\fB\\-\\-shard\\fR \\fIK/N\\fR\nCaption only the images of shard K of N"))
    #expect(page.contains("\\fB\\-0\\fR, \\fB\\-\\-null\\fR\n"))
    #expect(page.contains(".RS 2\n.nf\ngaze caption photos \\-\\-beam 5 \\-\\-sidecar skip\n"))
    #expect(page.contains("\\fBgaze\\-train\\fR(1)"))
  }

  @Test("no line of text is taken for a request of roff") func requests() throws {
    let requests: Set<String> = [
      ".TH", ".SH", ".SS", ".TP", ".PP", ".RS", ".RE", ".nf", ".fi", ".br", ".sp", ".B", ".I",
    ]
    for (name, page) in try pages() {
      for line in page.split(separator: "\n") where line.hasPrefix(".") || line.hasPrefix("'") {
        #expect(requests.contains(String(line.prefix { $0 != " " })), "\(name): \(line)")
      }
    }
    #expect(ManualPage.escaped(".a\\b-c") == "\\&.a\\eb\\-c")
    #expect(ManualPage.paragraphs("a\n\n  b\nc") == ["a", ".PP", ".RS 2\n.nf", "b", ".fi\n.RE", "c"])
  }

  @Test("the program writes them into a folder") func command() throws {
    let folder = try CommandFolder()
    let run = try ProgramRun(["manual", folder.path("pages")])
    #expect(run.status == 0 && run.errors.isEmpty)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("pages"))
    #expect(Set(names) == Set(try pages().keys.map { "\($0).1" }))
    let version = try ProgramRun(["--version"]).output
    #expect(version == "\(ProgramVersion.text)\n")
    #expect(try folder.text("pages/gaze.1").contains("\"gaze \(ProgramVersion.text)\""))
  }
}
