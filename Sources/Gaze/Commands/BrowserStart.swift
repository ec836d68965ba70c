import Browser
import Captioning
import Files
import Foundation
import PhotoLibrary
import Raster
import SystemPackage
import Terminal

/// What the browser begins with: what the flags say, else what was kept, else what is usual.
struct BrowserStart {
  let settingsFile: SettingsFile
  /// What is wrong with what was kept, in one line; it keeps nobody from browsing.
  let problem: String?
  private let themes: ThemeLibrary
  private let theme: Theme
  private let themeSource: String
  private let settings: DecodingSettings
  private let symbols: SymbolSet?

  /// Tells what is wrong with what was kept.
  /// - Throws: what is wrong with a theme that a flag asks for.
  init(_ command: BrowseCommand, settingsFile: SettingsFile = .ofUser()) throws(TerminalError) {
    self.settingsFile = settingsFile
    themes = BrowseCommand.themes()
    let (kept, problems) = settingsFile.read()
    var told = problems
    var theme: Theme?
    if command.theme == nil, let name = kept.theme {
      do { theme = try themes.theme(named: name) } catch { told.append("\(settingsFile.place(of: "theme")): \(error)") }
    }
    themeSource = Self.source(of: command.theme ?? (theme == nil ? nil : kept.theme) ?? Theme.builtIn.name)
    if let theme {
      self.theme = theme
    } else {
      self.theme = try themes.theme(named: command.theme ?? Theme.builtIn.name)
    }
    settings = DecodingSettings(
      topK: command.topK ?? kept.topK ?? 10, temperature: command.temperature ?? kept.temperature ?? 1,
      seed: command.seed, samples: command.samples, prompt: command.prompt)
    symbols = command.symbols ?? kept.symbols
    let more = told.count > 1 ? " (and \(told.count - 1) more)" : ""
    problem = told.first.map { PrintableText.line($0) + more }
    if let problem { Diagnostics.say(problem) }
  }

  /// A theme's name, or the whole path of its file.
  private static func source(of asked: String) -> String {
    asked.contains("/") ? FileName.text(FileName.path(asked).absolute(in: .current)) : asked
  }

  /// - Parameters:
  ///   - networks: what other networks are called.
  ///   - lesson: to be replayed.
  func model(
    paths: [FilePath], size: Size, depth: ColorDepth, glyphs: GlyphSupport, networks: [String] = [],
    lesson: Lesson? = nil
  ) -> BrowserModel {
    BrowserModel(
      size: size, depth: depth, glyphs: glyphs, title: FolderTitle.of(paths), settings: settings, themes: themes,
      theme: theme, colormaps: Colormap.all.map(\.name),
      look: AttentionLook(opacity: theme.opacity, smooth: theme.smooth, colormap: theme.colormap), symbols: symbols,
      themeSource: themeSource, networks: networks, lesson: lesson)
  }
}
