import Raster
import Reports
import Terminal

/// How everything looks: the theme, and attention over photos.
struct Appearance: Sendable {
  private let themes: ThemeLibrary
  private let colormaps: [String]
  private(set) var theme: Theme
  /// The name or path by which the theme is found.
  private(set) var themeSource: String
  var look: AttentionLook
  /// What previews are made of, where the user said so.
  let symbols: SymbolSet?

  init(
    themes: ThemeLibrary, theme: Theme, source: String?, colormaps: [String], look: AttentionLook, symbols: SymbolSet?
  ) {
    (self.themes, self.theme, self.colormaps, self.look, self.symbols) = (themes, theme, colormaps, look, symbols)
    themeSource = source ?? theme.name
  }

  /// What previews are made of on a screen.
  func symbols(on display: Display) -> SymbolSet {
    display.glyphs.usable(symbols ?? theme.symbols ?? .quadrant, in: display.depth)
  }

  /// Takes the theme whose name comes next; one that cannot be used is passed over by the next call.
  mutating func nextTheme() throws {
    let names = themes.names
    let next = names[((names.firstIndex(of: theme.name) ?? -1) + 1) % names.count]
    defer { (theme.name, themeSource) = (next, next) }
    theme = try themes.theme(named: next)
    look = AttentionLook(
      isOn: look.isOn, opacity: theme.opacity, smooth: theme.smooth, colormap: theme.colormap, scale: look.scale)
  }

  mutating func nextColormap() {
    guard !colormaps.isEmpty else { return }
    look.colormap = colormaps[((colormaps.firstIndex(of: look.colormap) ?? -1) + 1) % colormaps.count]
  }

  /// Changes the opacity of heat in tenths, 0.1…1, without the drift of adding 0.1 many times.
  mutating func changeOpacity(by tenths: Float) {
    look.opacity = min(max(((look.opacity * 10).rounded() + tenths) / 10, 0.1), 1)
  }
}

/// How attention is shown over a photo.
package struct AttentionLook: Sendable, Hashable {
  var isOn = true
  /// 0…1.
  var opacity: Float
  var smooth: Bool
  /// The name of a `Colormap`.
  var colormap: String
  /// Which share of attention is full heat.
  var scale = HeatScale.ownMaximum

  package init(
    isOn: Bool = true, opacity: Float, smooth: Bool, colormap: String, scale: HeatScale = HeatScale.ownMaximum
  ) {
    self.isOn = isOn
    self.opacity = opacity
    self.smooth = smooth
    self.colormap = colormap
    self.scale = scale
  }

  var overlay: HeatOverlay {
    HeatOverlay(colormap: Colormap.named(colormap) ?? .inferno, opacity: opacity, smooth: smooth)
  }
}
