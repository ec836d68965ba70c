import Foundation
import TestSupport
import Testing

@testable import Raster
@testable import Terminal

/// Shipped themes, measured: text that can be read, and signals that do not rest on hues some people cannot see.
@Suite struct ThemeColorTests {
  private static let library = ThemeLibrary(
    shipped: TerminalFixtures.themes, environment: [:], colormaps: Colormap.all.map(\.name))

  private static func theme(_ name: String) throws -> Theme { try library.theme(named: name) }

  /// Every two colours the interface may put together: a role on its own background, and the roles of marks on the
  /// backgrounds of the selected row and of the status line.
  private static func pairs(_ theme: Theme) -> [(role: Theme.Role, place: String, colors: (RGB, RGB))] {
    let places: [(String, [Theme.Role], (Theme.Role) -> Cell.Color)] = [
      ("its own", Theme.Role.allCases, { theme[$0].background }),
      ("selection", [.accent, .good, .warning, .error], { _ in theme[.selection].background }),
      ("status", [.muted, .good, .warning], { _ in theme[.status].background }),
    ]
    return places.flatMap { place, roles, background in
      roles.compactMap { role in
        // The terminal's own colours are whatever they are.
        guard let front = theme[role].foreground.rgb, let back = background(role).rgb else { return nil }
        return (role, place, (front, back))
      }
    }
  }

  /// WCAG's contrast (2.1, 1.4.3, 1.4.6 and 1.4.11): 4.5 and more for text, 7 for text meant to be read easily, 3 for
  /// what is no text or can be overlooked. Lines between panes only adorn.
  @Test func everythingStandsOutFromWhatItStandsOn() throws {
    var measured: [String: Int] = [:]
    for name in Self.library.names {
      for (role, place, colors) in Self.pairs(try Self.theme(name)) {
        let isText = role != .rule && role != .bar
        let least =
          name == "high-contrast" ? (isText ? 7 : 4.5) : role == .rule ? 1 : role == .muted || !isText ? 3 : 4.5
        let contrast = Sight.contrast(colors.0, colors.1)
        #expect(contrast >= least, "\(name): \(role) on \(place) has \(contrast)")
        measured[name, default: 0] += 1
      }
    }
    #expect(measured == ["dark": 20, "light": 20, "high-contrast": 20, "colour-blind": 20, "terminal": 1])
  }

  @Test(arguments: Sight.Deficiency.allCases) func signalsStayApart(_ deficiency: Sight.Deficiency) throws {
    let theme = try Self.theme("colour-blind")
    let roles: [Theme.Role] = [.accent, .warning, .error]
    for (index, a) in roles.enumerated() {
      for b in roles[..<index] {
        let colors = try (#require(theme[a].foreground.rgb), #require(theme[b].foreground.rgb))
        let difference = Sight.difference(colors.0, colors.1, seenWith: deficiency)
        // 2.3 can just be told apart side by side.
        #expect(difference >= 25, "\(a) and \(b): \(difference)")
      }
    }
  }

  /// Heat is told by lightness, which everybody sees: every step of a colormap is lighter than those before.
  @Test(arguments: Colormap.all) func heatGrowsLighter(_ colormap: Colormap) {
    for deficiency in Sight.Deficiency.allCases {
      let lightness = stride(from: Float(0), through: 1, by: 1 / 16).map {
        Sight.lab(colormap.color($0), seenWith: deficiency)[0]
      }
      #expect(zip(lightness, lightness.dropFirst()).allSatisfy { $0 < $1 }, "\(colormap.name), \(deficiency)")
    }
  }
}

extension Cell.Color {
  /// Black and yellow, the only numbered colours that themes put together, as xterm ships them.
  fileprivate var rgb: RGB? {
    switch self {
    case .rgb(let rgb): rgb
    case .indexed(0): RGB(0, 0, 0)
    case .indexed(3): RGB(205, 205, 0)
    default: nil
    }
  }
}

/// How colours look to people.
enum Sight {
  /// The three kinds of missing cones, simulated as Machado, Oliveira and Fernandes (2009) do, on linear light.
  enum Deficiency: CaseIterable, Sendable {
    case protanopia, deuteranopia, tritanopia

    var matrix: [[Double]] {
      switch self {
      case .protanopia:
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
      case .deuteranopia:
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
      case .tritanopia:
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
      }
    }
  }

  private static func linear(_ color: RGB) -> [Double] {
    [color.red, color.green, color.blue].map { level in
      let value = Double(level) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
  }

  private static func luminance(_ color: RGB) -> Double {
    zip([0.2126, 0.7152, 0.0722], linear(color)).reduce(0) { $0 + $1.0 * $1.1 }
  }

  static func contrast(_ a: RGB, _ b: RGB) -> Double {
    let (x, y) = (luminance(a), luminance(b))
    return (max(x, y) + 0.05) / (min(x, y) + 0.05)
  }

  /// CIE L*a*b* of what is seen.
  static func lab(_ color: RGB, seenWith deficiency: Deficiency) -> [Double] {
    let light = linear(color)
    let seen = deficiency.matrix.map { row in
      min(1, max(0, zip(row, light).reduce(0) { $0 + $1.0 * $1.1 }))
    }
    let toXYZ = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    let white = [0.9505, 1, 1.089]
    let f = zip(toXYZ, white).map { row, white -> Double in
      let t = zip(row, seen).reduce(0) { $0 + $1.0 * $1.1 } / white
      return t > 0.008856 ? cbrt(t) : 7.787 * t + 16 / 116
    }
    return [116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])]
  }

  static func difference(_ a: RGB, _ b: RGB, seenWith deficiency: Deficiency) -> Double {
    sqrt(
      zip(lab(a, seenWith: deficiency), lab(b, seenWith: deficiency)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) })
  }
}
