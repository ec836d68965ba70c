import Foundation
import SystemPackage
import TestSupport

@testable import Browser
@testable import Captioning
@testable import Files
@testable import Raster
@testable import Terminal

/// A folder of made-up pictures, removed at the end.
final class PictureFolder {
  let path: FilePath

  /// Writes PNGs: four fields of plain colour, another arrangement for each name.
  init(_ names: [String] = ["apple.png", "bridge.png", "cat.png"]) throws {
    path = FilePath(NSTemporaryDirectory()).appending("gaze-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
    for (index, name) in names.enumerated() { try write(Self.picture(index), as: name) }
  }

  deinit { try? FileManager.default.removeItem(atPath: path.string) }

  /// - Parameter name: as `FileName` has it.
  func file(_ name: String) -> FilePath { path.appending(FileName.path(name).components) }

  func write(_ image: PixelImage, as name: String) throws { try write(PNGEncoder.encode(image), as: name) }

  func write(_ bytes: [UInt8], as name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: file(name).string))
  }

  func text(_ name: String) -> String? { try? String(contentsOfFile: file(name).string, encoding: .utf8) }

  /// 32×24 pixels.
  static func picture(_ index: Int) -> PixelImage {
    let colors: [RGB] = [RGB(200, 60, 40), RGB(40, 120, 200), RGB(60, 160, 80), RGB(220, 200, 90)]
    var pixels: [UInt8] = []
    for y in 0..<24 {
      for x in 0..<32 {
        let color = colors[((y < 12 ? 0 : 2) + (x < 16 ? 0 : 1) + index) % 4]
        pixels += [color.red, color.green, color.blue]
      }
    }
    return PixelImage(width: 32, height: 24, pixels: pixels)
  }
}

/// The whole browser on a screen that is none.
struct BrowserHarness {
  let screen: NullScreen
  let mailbox: Mailbox
  let service: FakeCaptionService
  let effects: ImmediateEffects
  let program: BrowserProgram

  /// Plays a script from beginning to end, all work being done at once.
  @discardableResult
  static func play(
    _ folder: PictureFolder, size: Size = Size(columns: 80, rows: 24), depth: ColorDepth = .truecolor,
    glyphs: GlyphSupport? = nil, service: FakeCaptionService = FakeCaptionService(), paths: [FilePath]? = nil,
    symbols: SymbolSet? = .half, recovery: EditRecovery? = nil, settingsFile: SettingsFile? = nil,
    networks: [String] = [], lesson: Lesson? = nil, script: [NullScreen.Step]
  ) -> BrowserHarness {
    let screen = NullScreen(size: size, depth: depth, glyphs: glyphs, script: script)
    let mailbox = Mailbox()
    let effects = ImmediateEffects(service: service, mailbox: mailbox, recovery: recovery, settingsFile: settingsFile)
    let program = BrowserProgram(
      model: model(screen, symbols: symbols, networks: networks, lesson: lesson), screen: screen, clock: screen.clock,
      mailbox: mailbox, effects: effects,
      painter: ImmediatePainter())
    program.run(paths: paths ?? [folder.path])
    return BrowserHarness(screen: screen, mailbox: mailbox, service: service, effects: effects, program: program)
  }

  /// Has lines of text answered from beginning to end.
  /// - Returns: everything said, and the model at the end.
  static func answer(
    _ folder: PictureFolder, _ lines: [String], service: FakeCaptionService = FakeCaptionService(),
    recovery: EditRecovery? = nil, networks: [String] = []
  ) -> (said: [String], model: BrowserModel) {
    var said: [String] = []
    let screen = NullScreen(size: Size(columns: 80, rows: 24), script: [])
    let session = PlainSession(model: model(screen, networks: networks), service: service, recovery: recovery) {
      said.append($0)
    }
    var rest = lines[...]
    session.run(paths: [folder.path]) { rest.popFirst() }
    return (said, session.model)
  }

  static func model(
    _ screen: NullScreen, symbols: SymbolSet? = nil, networks: [String] = [], lesson: Lesson? = nil
  ) -> BrowserModel {
    let theme = Theme.builtIn
    let colormaps = Colormap.all.map(\.name)
    return BrowserModel(
      size: screen.size, depth: screen.depth, glyphs: screen.glyphs, title: "~/pictures",
      settings: DecodingSettings(), themes: ThemeLibrary(shipped: nil, environment: [:], colormaps: colormaps),
      theme: theme, colormaps: colormaps,
      look: AttentionLook(opacity: theme.opacity, smooth: theme.smooth, colormap: theme.colormap), symbols: symbols,
      networks: networks, lesson: lesson)
  }

  var model: BrowserModel { program.model }

  /// The last frame's text, one line a row.
  var lines: [String] { Self.lines(screen.frames.last) }

  var text: String { lines.joined(separator: "\n") }

  static func lines(_ canvas: Canvas?) -> [String] {
    guard let canvas else { return [] }
    return (0..<canvas.size.rows).map { row in
      String((0..<canvas.size.columns).compactMap { canvas[row, $0].character })
    }
  }
}

extension [NullScreen.Step] {
  /// Keys typed one after another.
  static func keys(_ keys: Key...) -> [NullScreen.Step] { keys.map { .key($0) } }

  /// Characters typed one after another.
  static func typed(_ text: String) -> [NullScreen.Step] { text.map { .key(.character($0)) } }
}
