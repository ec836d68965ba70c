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
      Example: gaze browse --top-k 5 --temperature 0.8 photos/

      Press ? for the keys. With --plain there is no screen: lines of text ask and answer, and help lists the words \
      understood.
      """)

  @Argument(help: "Folders and images; the current folder when none is given.")
  var paths: [FilePath] = []

  @Option(help: "The weights to caption with.")
  var weights: FilePath?

  @Option(help: "Threads to compute with; 0 takes one a core.")
  var threads = 0

  @Option(help: "truecolor, 256, 16 or mono; found out by itself otherwise.")
  var color: ColorDepth?

  @Option(help: "A theme's name, or the path of its file.")
  var theme: String?

  @Option(help: "The preview's characters: half, quadrant, sextant or ascii.")
  var symbols: SymbolSet?

  @Option(help: "The first caption's seed.")
  var seed: UInt64 = 1

  @Option(help: "Draw among this many likeliest words.")
  var topK = 10

  @Option(help: "Below 1 makes likely words likelier, above 1 less so.")
  var temperature: Float = 1

  @Option(help: "Captions an image.")
  var samples = 5

  @Flag(help: "Lines of text instead of a screen: for screen readers, pipes and scripts.")
  var plain = false

  func validate() throws {
    try FlagCheck.checkDecoding(beam: nil, topK: topK, temperature: temperature, words: (0, 64))
    try FlagCheck.check("--samples", samples, (1...100).contains(samples), "1…100")
    if threads != 0 { try FlagCheck.checkThreads(threads) }
  }

  func run() throws {
    let paths = paths.isEmpty ? ["."] : paths
    for path in paths where !path.exists {
      throw CommandFailure("\(path): no such file or folder")
    }
    let themes = Self.themes()
    let chosen = try loadTheme(themes)
    GlyphSupport.enterLocale()
    if plain { return browsePlainly(themes: themes, theme: chosen, paths: paths) }
    let screen = try NcursesScreen(decision: ColorDecision.ofProcess(flag: color), glyphs: .detect(), mouse: true)
    defer { screen.close() }
    let mailbox = Mailbox(waker: screen.waker)
    BrowserProgram(
      model: model(
        themes: themes, theme: chosen, paths: paths, size: screen.size, depth: screen.depth, glyphs: screen.glyphs),
      screen: screen, clock: SteadyClock(),
      mailbox: mailbox, effects: BackgroundEffects(service: service, mailbox: mailbox, recovery: .ofUser()),
      painter: BackgroundPainter { mailbox.send(.painted) }
    ).run(paths: paths)
  }

  private var service: NetworkCaptionService {
    let count = threads > 0 ? threads : ProcessInfo.processInfo.activeProcessorCount
    return NetworkCaptionService(threads: count) { [weights] in try ProgramFiles.weights(flag: weights) }
  }

  /// The session as lines on standard input and output. A prompt only where a person types.
  private func browsePlainly(themes: ThemeLibrary, theme: Theme, paths: [FilePath]) {
    let model = model(
      themes: themes, theme: theme, paths: paths, size: Size(columns: 80, rows: 24), depth: .mono, glyphs: .detect())
    let session = PlainSession(model: model, service: service, recovery: .ofUser()) { line in
      try? StandardOutput.write(line + "\n")
    }
    let isTyped = isatty(STDIN_FILENO) == 1
    session.run(paths: paths) {
      if isTyped { try? StandardOutput.write("gaze: ") }
      return readLine()
    }
  }

  static func themes() -> ThemeLibrary {
    ThemeLibrary(
      shipped: ProgramFiles.folder("Themes"), environment: ProcessInfo.processInfo.environment,
      colormaps: Colormap.all.map(\.name))
  }

  /// The theme asked for, else the user's or shipped one of the built-in's name.
  private func loadTheme(_ themes: ThemeLibrary) throws(TerminalError) -> Theme {
    try themes.theme(named: theme ?? Theme.builtIn.name)
  }

  private func model(
    themes: ThemeLibrary, theme: Theme, paths: [FilePath], size: Size, depth: ColorDepth, glyphs: GlyphSupport
  ) -> BrowserModel {
    BrowserModel(
      size: size, depth: depth, glyphs: glyphs, title: FolderTitle.of(paths),
      settings: DecodingSettings(topK: topK, temperature: temperature, seed: seed, samples: samples), themes: themes,
      theme: theme, colormaps: Colormap.all.map(\.name),
      look: AttentionLook(opacity: theme.opacity, smooth: theme.smooth, colormap: theme.colormap), symbols: symbols)
  }
}
