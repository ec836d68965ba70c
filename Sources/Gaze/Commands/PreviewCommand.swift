import ArgumentParser
import Files
import Glibc
import Raster
import SystemPackage
import Terminal

/// `gaze preview`: a picture as characters on standard output.
struct PreviewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "preview",
    abstract: "Show an image as block characters.",
    discussion: """
      Example:
        gaze preview photo.jpg --size 80x40 --symbols quadrant --colors 256
      """)

  @Argument(help: "An image file, or - for standard input.")
  var image: FilePath

  @Option(help: ArgumentHelp("At most this many columns and rows. By default the terminal's.", valueName: "COLSxROWS"))
  var size: GridSize?

  @Option(
    help: """
      The characters: half, quadrant, sextant, space or ascii. By default quadrant; where the locale is not UTF-8 space, \
      and ascii without colours.
      """)
  var symbols: SymbolSet?

  @Option(help: "The colours: truecolor, 256, 16 or mono. By default what gaze doctor says of this terminal.")
  var colors: ColorDepth?

  @Flag(help: "Fill the size exactly instead of keeping the aspect ratio.")
  var stretch = false

  func run() throws { try StandardOutput.write(preview()) }

  private func preview() throws -> String {
    let colors = ColorDecision.ofProcess(flag: colors).depth
    if symbols == .space, colors == .mono {
      throw CommandFailure("--symbols space: spaces show nothing without colours, expected another set or --colors")
    }
    let renderer = CellRenderer(symbols: symbols ?? .ofLocale(in: colors), colors: colors)
    let limit = size ?? .ofTerminal
    let covering = renderer.pixels(forColumns: limit.columns, rows: limit.rows)
    let picture =
      if image == "-" {
        try ImageDecoder.decode(
          data: ImageFile.read(descriptor: STDIN_FILENO, name: "standard input"), name: "standard input",
          covering: covering)
      } else {
        try ImageDecoder.decode(path: image, covering: covering)
      }
    let grid =
      stretch
      ? renderer.render(picture, columns: limit.columns, rows: limit.rows)
      : renderer.render(picture, fittingColumns: limit.columns, rows: limit.rows)
    return grid.ansi(colors: colors)
  }
}

/// A size in cells, written `80x24`.
struct GridSize: ExpressibleByArgument {
  let columns: Int
  let rows: Int

  init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
  }

  init?(argument: String) {
    let parts = argument.lowercased().split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let columns = parts[0], let rows = parts[1],
      (1...10_000).contains(columns), (1...10_000).contains(rows)
    else { return nil }
    self.init(columns: columns, rows: rows)
  }

  /// That of the terminal on standard output, less a row for the prompt; 80×24 without one.
  static var ofTerminal: GridSize {
    var window = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 1 else {
      return GridSize(columns: 80, rows: 24)
    }
    return GridSize(columns: Int(window.ws_col), rows: Int(window.ws_row) - 1)
  }
}

extension SymbolSet: ExpressibleByArgument {
  /// Block characters only where the locale can express them.
  static func ofLocale(in colors: ColorDepth) -> SymbolSet {
    GlyphSupport.enterLocale()
    return GlyphSupport.detect().usable(.quadrant, in: colors)
  }
}

extension ColorDepth: ExpressibleByArgument {}
