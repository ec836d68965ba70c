/// A stored colour as a vector: red, green, blue and an unused 0, levels 0…255.
typealias Levels = SIMD4<Int32>

extension RGB {
  /// - Parameter light: red, green, blue in linear light, 0…1.
  init(light: SIMD4<Float>) {
    self.init(LinearLight.level(light.x), LinearLight.level(light.y), LinearLight.level(light.z))
  }

  var levels: Levels { Levels(Int32(red), Int32(green), Int32(blue), 0) }

  var light: SIMD4<Float> {
    SIMD4(LinearLight.ofLevel[Int(red)], LinearLight.ofLevel[Int(green)], LinearLight.ofLevel[Int(blue)], 0)
  }
}

/// How different two colours look: the squared distance of their stored levels, which are about evenly spaced to the
/// eye where linear light is not.
func colorError(_ a: Levels, _ b: Levels) -> Int {
  let difference = a &- b
  return Int((difference &* difference).wrappedSum())
}

/// The sub-pixels of one cell, as levels for fitting and in linear light for blending.
struct CellSamples {
  private(set) var light: [SIMD4<Float>] = []
  private(set) var levels: [Levels] = []

  init(capacity: Int) {
    light.reserveCapacity(capacity)
    levels.reserveCapacity(capacity)
  }

  /// Takes the `columns × rows` sub-pixels of the cell at (`row`, `column`) of a picture with that many per cell.
  mutating func load(_ image: LinearImage, row: Int, column: Int, columns: Int, rows: Int) {
    light.removeAll(keepingCapacity: true)
    levels.removeAll(keepingCapacity: true)
    for y in (row * rows)..<((row + 1) * rows) {
      for x in (column * columns)..<((column + 1) * columns) {
        let color = image.light(at: y * image.width + x)
        light.append(color)
        levels.append(RGB(light: color).levels)
      }
    }
  }

  /// The average light of the sub-pixels in `pattern`, which must not be empty.
  func mean(of pattern: Int) -> SIMD4<Float> {
    var sum = SIMD4<Float>.zero
    for index in light.indices where pattern >> index & 1 == 1 { sum += light[index] }
    return sum / Float(pattern.nonzeroBitCount)
  }

  /// The colour of least error for the sub-pixels in `pattern`, which must not be empty.
  func meanLevels(of pattern: Int) -> RGB {
    var sum = Levels.zero
    for index in levels.indices where pattern >> index & 1 == 1 { sum &+= levels[index] }
    let count = Int32(pattern.nonzeroBitCount)
    let mean = (sum &+ Levels(repeating: count / 2)) / Levels(repeating: count)
    return RGB(UInt8(mean.x), UInt8(mean.y), UInt8(mean.z))
  }

  /// The error of showing the sub-pixels in `pattern` as `foreground` and the others as `background`.
  func error(pattern: Int, foreground: Levels, background: Levels) -> Int {
    var sum = 0
    for index in levels.indices {
      sum += colorError(levels[index], pattern >> index & 1 == 1 ? foreground : background)
    }
    return sum
  }
}
