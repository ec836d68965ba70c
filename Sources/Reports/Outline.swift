/// Closed lines around what is inked, in ems, y upwards from the baseline. What lies within another line is left out
/// where that goes round the other way.
struct Outline {
  private(set) var contours: [[SIMD2<Float>]] = []

  /// Into how many lines a curve is broken; at the sizes of a sheet nobody sees the corners.
  private static let linesPerCurve = 6

  init() {}

  /// - Parameters:
  ///   - path: an SVG path of the relative commands m, l and q, in whole numbers.
  ///   - em: how many of them make an em.
  init(path: Substring, em: Float) {
    var (rest, command, at) = (path.utf8, UInt8(ascii: "m"), SIMD2<Float>(0, 0))
    while let first = rest.first {
      if first >= UInt8(ascii: "a") { command = rest.removeFirst() }
      let start = at
      at = start + Self.point(&rest)
      switch command {
      case UInt8(ascii: "m"): contours.append([at])
      case UInt8(ascii: "q"):
        let control = at
        at = start + Self.point(&rest)
        for step in 1...Self.linesPerCurve {
          let t = Float(step) / Float(Self.linesPerCurve)
          let (near, far) = (start + (control - start) * t, control + (at - control) * t)
          contours[contours.count - 1].append(near + (far - near) * t)
        }
      default: contours[contours.count - 1].append(at)
      }
    }
    contours = contours.map { $0.map { $0 / em } }
  }

  private static func point(_ rest: inout Substring.UTF8View) -> SIMD2<Float> {
    let x = number(&rest)
    return SIMD2(x, number(&rest))
  }

  private static func number(_ rest: inout Substring.UTF8View) -> Float {
    if rest.first == UInt8(ascii: " ") { rest.removeFirst() }
    let sign: Float = rest.first == UInt8(ascii: "-") ? -1 : 1
    if sign < 0 { rest.removeFirst() }
    var value = 0
    while let digit = rest.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) {
      value = 10 * value + Int(digit - UInt8(ascii: "0"))
      rest.removeFirst()
    }
    return sign * Float(value)
  }

  /// Adds another outline moved by `offset`.
  mutating func add(_ other: Outline, at offset: SIMD2<Float>) {
    contours += other.contours.map { $0.map { $0 + offset } }
  }
}
