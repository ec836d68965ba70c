import Foundation
import TestSupport
import Testing

@testable import Gaze
@testable import Raster

@Suite("gaze caption takes its images from a list")
struct FilesFromTests {
  private let folder: CommandFolder

  init() throws {
    folder = try CommandFolder()
    try SmallNetwork.write(to: folder.file("w.safetensors"))
    let pixels = (0..<48 * 32 * 3).map { UInt8(truncatingIfNeeded: $0 &* 40) }
    let png = try PNGEncoder.encode(PixelImage(width: 48, height: 32, pixels: pixels))
    for name in ["a.png", "b c.png", "d\ne.png", "-"] {
      try Data(png).write(to: folder.url.appendingPathComponent(name))
    }
  }

  private func gaze(_ arguments: [String], input: String? = nil) throws -> ProgramRun {
    try ProgramRun(
      ["caption", "--greedy"] + arguments, environment: ["GAZE_WEIGHTS": folder.path("w.safetensors")],
      input: input.map { Array($0.utf8) }, folder: folder.url.path)
  }

  private func names(_ run: ProgramRun) -> [String] {
    run.output.split(separator: "\n").map { String($0.prefix { $0 != "\t" }) }
  }

  @Test("a line each, or each with a zero behind it; from a file or standard input", arguments: [true, false])
  func lists(isFile: Bool) throws {
    func run(_ list: String, _ arguments: String...) throws -> ProgramRun {
      try list.write(toFile: folder.path("list"), atomically: true, encoding: .utf8)
      return try gaze(["--files-from", isFile ? "list" : "-"] + arguments, input: isFile ? nil : list)
    }
    let lines = try run("b c.png\n\na.png\n")
    #expect(lines.status == 0 && names(lines) == ["b c.png", "a.png"])
    let open = try run("a.png\nb c.png")
    #expect(names(open) == ["a.png", "b c.png"], "the last line's end may be missing")
    for flag in ["-0", "--null"] {
      let zeros = try run("d\ne.png\0b c.png\0", flag)
      #expect(zeros.status == 0 && names(zeros) == ["d\u{fffd}e.png", "b c.png"], "\(zeros.output)\(zeros.errors)")
    }
    let literal = try run("-\n")
    #expect(names(literal) == ["./-"], "in a list it is a file of that name")
    let more = try run("a.png\ngone.png\n", "b c.png", "a.png")
    #expect(more.status == 1 && names(more) == ["b c.png", "a.png"] && more.errors.contains("gone.png"))
  }

  @Test("a list that names nothing is done, and said to be") func nothing() throws {
    let run = try gaze(["--files-from", "-"], input: "\n")
    #expect(run.status == 0 && run.output.isEmpty && run.errors == "gaze: standard input: names nothing to caption\n")
  }

  @Test("zeros in a list of lines, and lists that are not there, are told in one line") func wrong() throws {
    let zeros = try gaze(["--files-from", "-"], input: "a.png\0b c.png\0")
    #expect(zeros.status == 1 && zeros.errors == "gaze: standard input: names ended by zeros; --null reads them\n")
    let absent = try gaze(["--files-from", "absent"])
    #expect(absent.status == 1 && absent.errors == "gaze: cannot read absent: No such file or directory\n")
    let folders = try gaze(["--files-from", "."])
    #expect(folders.status == 1 && folders.errors == "gaze: cannot read .: Is a directory\n")
  }

  @Test("a pipe in the list's place is read to its end, and one that nobody writes to is empty") func pipe() throws {
    let pipe = Pipe()
    let (reading, writing) = (pipe.fileHandleForReading.fileDescriptor, pipe.fileHandleForWriting)
    #expect(fcntl(reading, F_SETFL, O_NONBLOCK) == 0)
    let writer = Thread {
      writing.write(Data("a.png\n".utf8))
      writing.write(Data("b c.png\n".utf8))
      try? writing.close()
    }
    writer.start()
    #expect(try String(decoding: WholeFile.read(reading, name: "pipe"), as: UTF8.self) == "a.png\nb c.png\n")
    #expect(mkfifo(folder.path("fifo"), 0o600) == 0)
    #expect(try WholeFile.read(folder.file("fifo")).isEmpty)
  }
}
