/// A scale of colours for heat, from low to high.
public struct Colormap: Sendable, Hashable {
  /// As written in themes and shown to users.
  public let name: String
  /// At least one colour, evenly spaced over 0…1.
  private let colors: [RGB]

  /// The colour at `t`, clamped to 0…1; not a number counts as 0.
  public func color(_ t: Float) -> RGB {
    let last = Float(colors.count - 1)
    return colors[Int((t.isNaN ? 0 : min(max(t, 0), 1) * last).rounded())]
  }

  public static let inferno = Colormap(name: "inferno", table: ColormapTables.inferno)
  public static let viridis = Colormap(name: "viridis", table: ColormapTables.viridis)
  public static let magma = Colormap(name: "magma", table: ColormapTables.magma)
  public static let cividis = Colormap(name: "cividis", table: ColormapTables.cividis)
  /// Black to white in even steps of stored level, which are about even to the eye.
  public static let grey = Colormap(name: "grey", colors: (0...255).map { RGB($0, $0, $0) })

  /// Every map there is, the default first.
  public static let all: [Colormap] = [.inferno, .viridis, .magma, .cividis, .grey]

  /// The map called `name`, or nil.
  public static func named(_ name: String) -> Colormap? { all.first { $0.name == name } }

  private init(name: String, colors: [RGB]) {
    self.name = name
    self.colors = colors
  }

  /// - Parameter table: six hexadecimal digits a colour.
  private init(name: String, table: String) {
    let digits = table.utf8.map { UInt8($0 < 0x3A ? $0 - 0x30 : $0 - 0x57) }
    let channels = stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    self.init(
      name: name,
      colors: stride(from: 0, to: channels.count, by: 3).map { RGB(channels[$0], channels[$0 + 1], channels[$0 + 2]) })
  }
}
