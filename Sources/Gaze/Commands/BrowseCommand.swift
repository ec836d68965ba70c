import ArgumentParser
import Browser
import Captioning
import Files
import Foundation
import Raster
import SystemPackage
import Terminal

/// `gaze browse`: photos, captions and where the captioner looked.
struct BrowseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "browse",
    abstract: "Browse images, caption them and see where the captioner looks.",
    discussion: """
      Examples:
        gaze browse --top-k 5 --temperature 0.8 photos/
        gaze browse --weights mine.safetensors --against mine.safetensors.frames photos/
        gaze browse --lesson lesson.txt photos/

      D shows a caption to the networks of --against too, side by side. A lesson has a command of --plain a line, and \
      pause, tell and press; lines that begin with # are for people. It is replayed on the screen: Space holds it and \
      goes on, Esc ends it. gaze --plain < lesson.txt tells it in lines.

      Press ? for the keys. C keeps theme, top-k, temperature and symbols for later runs, in gaze/config.toml of \
      $XDG_CONFIG_HOME or ~/.config; flags win over it. With --plain there is no screen: lines of text ask and answer, and help lists the words \
      understood.
      """)

  @Argument(help: "Folders and images; the current folder when none is given.")
  var paths: [FilePath] = []

  @Option(
    help: ArgumentHelp(
      "Browse what this list names too, a line each, in its order; - is standard input.", valueName: "file"))
  var filesFrom: FilePath?

  @Flag(name: [.customShort("0"), .long], help: "Names in --files-from end with a zero, as gaze find --null has them.")
  var null = false

  @Option(help: "The weights to caption with.")
  var weights: FilePath?

  @Option(
    help: ArgumentHelp(
      """
      Another network that D shows captions to; may be repeated. A folder of gaze train --keep-every stands for all \
      weights in it.
      """, valueName: "weights"))
  var against: [FilePath] = []

  @Option(help: ArgumentHelp("Replay the commands in this file.", valueName: "file"))
  var lesson: FilePath?

  @Option(help: "Threads to compute with; 0 takes one a core.")
  var threads = 0

  @Option(help: "truecolor, 256, 16 or mono; found out by itself otherwise.")
  var color: ColorDepth?

  @Option(help: "A theme's name, or the path of its file.")
  var theme: String?

  @Option(help: "The preview's characters: half, quadrant, sextant, space or ascii.")
  var symbols: SymbolSet?

  @Option(help: "The first caption's seed.")
  var seed: UInt64 = 1

  @Option(help: "Draw among this many likeliest words; 10 unless kept otherwise.")
  var topK: Int?

  @Option(help: "Below 1 makes likely words likelier, above 1 less so; 1 unless kept otherwise.")
  var temperature: Float?

  @Option(help: "Captions an image.")
  var samples = 5

  @Option(help: ArgumentHelp("What captions go on from, where the network takes it.", valueName: "text"))
  var prompt: String?

  @Flag(help: "Lines of text instead of a screen: for screen readers, pipes and scripts.")
  var plain = false

  func validate() throws {
    try FlagCheck.checkDecoding(beam: nil, topK: topK ?? 1, temperature: temperature ?? 1, words: (0, 64))
    try FlagCheck.check("--samples", samples, (1...100).contains(samples), "1…100")
    if threads != 0 { try FlagCheck.checkThreads(threads) }
    if plain && lesson != nil {
      throw ValidationError("--lesson: is replayed on the screen; --plain reads it from standard input")
    }
    if null && filesFrom == nil { throw ValidationError("--null: expected with --files-from") }
    if plain && filesFrom == "-" {
      throw ValidationError("--files-from -: standard input has the commands of --plain, expected a file")
    }
  }

  func run() throws {
    for path in paths where !path.exists {
      throw CommandFailure("\(path): no such file or folder")
    }
    let listed = try filesFrom.map { try NameStream.all($0, ending: null ? .null : .newline) } ?? []
    if let filesFrom, paths.isEmpty && listed.isEmpty {
      throw CommandFailure("\(filesFrom == "-" ? StandardInput.name : filesFrom): names nothing to browse")
    }
    if filesFrom == "-" { Self.readKeysFromTerminal() }
    let paths = paths.isEmpty && listed.isEmpty ? ["."] : paths + listed
    let start = try BrowserStart(self)
    let lesson = try lesson.map { try Lesson(path: $0) }
    let others = try OtherWeights.named(against)
    let service = service(others)
    // Weights asked for by name have to be good; what is wrong with others is told where captions would be.
    if weights != nil || prompt != nil { try service.prepare(prompt: prompt) }
    try OtherWeights.check(against)
    GlyphSupport.enterLocale()
    if plain { return browsePlainly(start, with: service, others, paths: paths) }
    let screen = try NcursesScreen(decision: ColorDecision.ofProcess(flag: color), glyphs: .detect(), mouse: true)
    defer { screen.close() }
    let mailbox = Mailbox(waker: screen.waker)
    // Told on the screen too, which hides what was said before it was opened.
    if let problem = start.problem { mailbox.send(.file(.failed(problem))) }
    BrowserProgram(
      model: start.model(
        paths: paths, size: screen.size, depth: screen.depth, glyphs: screen.glyphs, networks: others.map(\.name),
        lesson: lesson),
      screen: screen, clock: SteadyClock(), mailbox: mailbox,
      effects: BackgroundEffects(
        service: service, mailbox: mailbox, recovery: .ofUser(), settingsFile: start.settingsFile),
      painter: BackgroundPainter { mailbox.send(.painted) }
    ).run(paths: paths)
  }

  /// Standard input gave a list and is at its end: keys come from the terminal itself, as pagers have it. Where there is
  /// none, opening the screen says so.
  private static func readKeysFromTerminal() {
    let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC)
    guard terminal >= 0 else { return }
    dup2(terminal, STDIN_FILENO)
    close(terminal)
  }

  private func service(_ others: [OtherWeights]) -> NetworkCaptionService {
    let count = threads > 0 ? threads : ProcessInfo.processInfo.activeProcessorCount
    return NetworkCaptionService(threads: count, others: others.map(\.path)) { [weights] in
      try ProgramFiles.weights(flag: weights)
    }
  }

  /// The session as lines on standard input and output. A prompt only where a person types.
  private func browsePlainly(
    _ start: BrowserStart, with service: NetworkCaptionService, _ others: [OtherWeights], paths: [FilePath]
  ) {
    let model = start.model(
      paths: paths, size: Size(columns: 80, rows: 24), depth: .mono, glyphs: .detect(), networks: others.map(\.name))
    let session = PlainSession(
      model: model, service: service, recovery: .ofUser(), settingsFile: start.settingsFile,
      watchInterrupts: {
        let flag = InterruptFlag([SIGINT])
        return { flag.isRaised }
      },
      say: { try? StandardOutput.write($0 + "\n") })
    let isTyped = isatty(STDIN_FILENO) == 1
    session.run(paths: paths) {
      if isTyped { try? StandardOutput.write("gaze: ") }
      return readLine()
    }
  }

  static func themes() -> ThemeLibrary {
    ThemeLibrary(
      shipped: ProgramFiles.folder("Themes"), environment: ProcessEnvironment.variables,
      colormaps: Colormap.all.map(\.name))
  }
}
