import Captioning
import Foundation
import Raster

/// The attention of one caption as files beside its photo: `dog.attention.json`, in the shape of
/// `gaze caption --json`, and `dog.attention.png`, a sheet with one picture a word.
enum AttentionExport {
  static func write(_ request: ExportRequest) -> FileMessage {
    let stem = URL(fileURLWithPath: request.photo).deletingPathExtension().path + ".attention"
    do {
      let image = try ImageDecoder.decode(path: request.photo, covering: (320, 320))
      let size = try ImageDecoder.size(path: request.photo)
      let line = CaptionLine.json(
        CaptionedImage(path: request.name, size: size, captions: [request.caption]), weights: request.weights)
      try AtomicFile.write(Array(line.utf8), to: stem + ".json")
      if !request.caption.words.isEmpty {
        try AtomicFile.write(PNGEncoder.encode(sheet(request, image)), to: stem + ".png")
      }
      let name = URL(fileURLWithPath: stem).lastPathComponent
      return .wrote("\(name).json and .png")
    } catch {
      return .failed("\(error)")
    }
  }

  /// The photo once for each word, in rows of four, under that word's attention.
  static func sheet(_ request: ExportRequest, _ image: PixelImage) -> PixelImage {
    let scale = min(1, 320 / Double(max(image.width, image.height)))
    let photo = image.resizedArea(
      width: max(1, Int(Double(image.width) * scale)), height: max(1, Int(Double(image.height) * scale)))
    let overlay = HeatOverlay(
      colormap: Colormap.named(request.look.colormap) ?? .inferno, opacity: request.look.opacity,
      smooth: request.look.smooth)
    let words = request.caption.words
    let across = min(4, words.count)
    let down = (words.count + across - 1) / across
    let gap = 4
    let width = across * (photo.width + gap) - gap
    var pixels = [UInt8](repeating: 255, count: width * (down * (photo.height + gap) - gap) * 3)
    for (index, word) in words.enumerated() {
      let map = word.attention
      let tile = overlay.applied(to: photo, map: map.aboveEven, rows: map.rows, columns: map.columns)
      let (left, top) = (index % across * (photo.width + gap), index / across * (photo.height + gap))
      for row in 0..<tile.height {
        let from = row * tile.width * 3
        let to = ((top + row) * width + left) * 3
        pixels.replaceSubrange(to..<to + tile.width * 3, with: tile.pixels[from..<from + tile.width * 3])
      }
    }
    return PixelImage(width: width, height: down * (photo.height + gap) - gap, pixels: pixels)
  }
}
