/// Lays a small map of shares, such as how much a captioner attends where, over a picture as coloured light.
///
/// The heat's opacity grows with the share: where the map is low the picture stays as it is, where it is high it glows.
public struct HeatOverlay: Sendable, Hashable {
  public var colormap: Colormap
  /// Of full heat, 0…1.
  public var opacity: Float
  /// Interpolates between the cells' centres rather than showing each as a block.
  public var smooth: Bool
  public var scale: HeatScale

  public init(
    colormap: Colormap = .inferno, opacity: Float = 0.7, smooth: Bool = true, scale: HeatScale = .ownMaximum
  ) {
    self.colormap = colormap
    self.opacity = opacity
    self.smooth = smooth
    self.scale = scale
  }

  /// The picture under the heat of `map`, blended in linear light.
  ///
  /// - Parameters:
  ///   - image: of any size.
  ///   - map: `[rows, columns]`, row-major, shares of 1, spread evenly over the picture.
  ///   - rows: of the map.
  ///   - columns: of the map.
  /// - Precondition: `map.count == rows × columns`, rows, columns ≥ 1.
  public func applied(to image: PixelImage, map: [Float], rows: Int, columns: Int) -> PixelImage {
    let heat = heat(map, rows: rows, columns: columns, width: image.width, height: image.height)
    // Blending costs one table of 256 colours rather than one conversion a pixel.
    let glow = (0...255).map { colormap.color(Float($0) / 255).light }
    let strength = min(max(opacity, 0), 1)
    var result = image
    result.pixels.withUnsafeMutableBufferPointer { pixels in
      for (index, value) in heat.enumerated() {
        let alpha = strength * value
        if alpha <= 0 { continue }
        let color = glow[Int(value * 255 + 0.5)]
        for channel in 0..<3 {
          let light = LinearLight.ofLevel[Int(pixels[3 * index + channel])]
          pixels[3 * index + channel] = LinearLight.level(light + (color[channel] - light) * alpha)
        }
      }
    }
    return result
  }

  /// The heat of the map at the picture's size, `[height, width]`, 0…1.
  func heat(_ map: [Float], rows: Int, columns: Int, width: Int, height: Int) -> [Float] {
    precondition(rows >= 1 && columns >= 1, "a map has \(rows)×\(columns) cells")
    precondition(map.count == rows * columns, "\(map.count) values are not \(rows)×\(columns)")
    let values = scale.heat(map)
    let (down, across) = (taps(cells: rows, pixels: height), taps(cells: columns, pixels: width))
    var heat: [Float] = []
    heat.reserveCapacity(width * height)
    for y in down {
      for x in across {
        let upper = values[y.first * columns + x.first] * (1 - x.part) + values[y.first * columns + x.second] * x.part
        let lower = values[y.second * columns + x.first] * (1 - x.part) + values[y.second * columns + x.second] * x.part
        heat.append(min(upper * (1 - y.part) + lower * y.part, 1))
      }
    }
    return heat
  }

  /// For every pixel along an axis the two cells it lies between and the second's share: 0 throughout if not smooth.
  private func taps(cells: Int, pixels: Int) -> [(first: Int, second: Int, part: Float)] {
    (0..<pixels).map { pixel in
      let position = (Float(pixel) + 0.5) * Float(cells) / Float(pixels)
      if !smooth {
        let cell = min(Int(position), cells - 1)
        return (cell, cell, 0)
      }
      let center = min(max(position - 0.5, 0), Float(cells - 1))
      let first = Int(center)
      return (first, min(first + 1, cells - 1), center - Float(first))
    }
  }
}
