/// The colours a terminal numbers, and which of them is nearest to another: the one measure of that, for pictures and for
/// all else on a screen.
public enum Palette {
  /// Entries 0–15 as xterm ships them. Terminals differ and users change them, so these are a guess.
  static let ansi16: [RGB] = [
    RGB(0, 0, 0), RGB(205, 0, 0), RGB(0, 205, 0), RGB(205, 205, 0),
    RGB(0, 0, 238), RGB(205, 0, 205), RGB(0, 205, 205), RGB(229, 229, 229),
    RGB(127, 127, 127), RGB(255, 0, 0), RGB(0, 255, 0), RGB(255, 255, 0),
    RGB(92, 92, 255), RGB(255, 0, 255), RGB(0, 255, 255), RGB(255, 255, 255),
  ]

  /// The levels of the colour cube's six steps.
  static let cubeLevels: [UInt8] = [0, 95, 135, 175, 215, 255]

  /// The 256 entries, as xterm has them: 16 named colours, a 6×6×6 cube from 16, 24 greys from 232.
  ///
  /// Of the first 16 terminals have their own idea, and users change them; the others are the same everywhere.
  public static let ansi256: [RGB] = {
    let cube = (0..<216).map { RGB(cubeLevels[$0 / 36], cubeLevels[$0 / 6 % 6], cubeLevels[$0 % 6]) }
    let greys = stride(from: UInt8(8), through: 238, by: 10).map { RGB($0, $0, $0) }
    return ansi16 + cube + greys
  }()

  static func cubeIndex(red: Int, green: Int, blue: Int) -> UInt8 { UInt8(16 + 36 * red + 6 * green + blue) }

  /// The nearest of `entries`, 0…255, by the squared distance of the stored levels, which are about evenly spaced to the
  /// eye. Of several the first.
  ///
  /// - Precondition: there is one entry at least.
  public static func nearest(to color: RGB, among entries: some Sequence<UInt8>) -> UInt8 {
    let levels = color.levels
    return entries.min { colorError(levels, ansi256[Int($0)].levels) < colorError(levels, ansi256[Int($1)].levels) }!
  }

  /// As `nearest(to:among:)` of entries 16–255, those that look the same on every terminal, without looking at each.
  ///
  /// The error is a sum over channels, so the nearest of the cube is the nearest step of each channel, and the nearest
  /// grey is the one nearest to the channels' mean.
  public static func nearest256(_ color: RGB) -> UInt8 {
    let (red, green, blue) = (Int(color.red), Int(color.green), Int(color.blue))
    let cube = cubeIndex(red: nearestStep[red], green: nearestStep[green], blue: nearestStep[blue])
    let grey = UInt8(232 + min(max((red + green + blue - 9) / 30, 0), 23))
    let levels = color.levels
    return colorError(levels, ansi256[Int(grey)].levels) < colorError(levels, ansi256[Int(cube)].levels) ? grey : cube
  }

  /// As `nearest(to:among:)` of entries 0–15.
  public static func nearest16(_ color: RGB) -> UInt8 { nearest(to: color, among: 0...15) }

  /// The cube step nearest to each level.
  private static let nearestStep: [Int] = (0...255).map { level in
    cubeLevels.indices.min { abs(Int(cubeLevels[$0]) - level) < abs(Int(cubeLevels[$1]) - level) }!
  }

  /// The two cube steps each level lies between, lower first; the same twice on a step.
  static let enclosingSteps: [(Int, Int)] = (0...255).map { level in
    (cubeLevels.lastIndex { $0 <= level }!, cubeLevels.firstIndex { $0 >= level }!)
  }
}
