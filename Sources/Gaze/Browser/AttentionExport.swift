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
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      let document = Document(request, width: size.width, height: size.height)
      try AtomicFile.write(Array(try encoder.encode(document)) + [10], to: stem + ".json")
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
      let tile = overlay.applied(to: photo, map: map.values, rows: map.rows, columns: map.columns)
      let (left, top) = (index % across * (photo.width + gap), index / across * (photo.height + gap))
      for row in 0..<tile.height {
        let from = row * tile.width * 3
        let to = ((top + row) * width + left) * 3
        pixels.replaceSubrange(to..<to + tile.width * 3, with: tile.pixels[from..<from + tile.width * 3])
      }
    }
    return PixelImage(width: width, height: down * (photo.height + gap) - gap, pixels: pixels)
  }

  // MARK: - JSON

  /// One image with one caption.
  private struct Document: Encodable {
    struct Weights: Encodable { let name: String }

    let image: String
    let width: Int
    let height: Int
    let error: String? = nil
    let weights: Weights?
    let captions: [Drawn]

    init(_ request: ExportRequest, width: Int, height: Int) {
      image = request.name
      self.width = width
      self.height = height
      weights = request.weights.map(Weights.init)
      captions = [Drawn(request.caption, edited: request.editedText)]
    }
  }

  private struct Drawn: Encodable {
    let text: String
    /// The user's words, where there are any.
    let edited: String?
    let log_probability: Float
    let finished: Bool
    let mode: String
    let top_k: Int
    let temperature: Float
    let seed: UInt64
    let words: [Word]

    init(_ caption: Caption, edited: String?) {
      text = caption.text
      self.edited = edited
      log_probability = caption.logProbability
      finished = caption.finished
      mode =
        switch caption.settings.mode {
        case .sample: "sample"
        case .greedy: "greedy"
        case .beam: "beam"
        }
      top_k = caption.settings.topK
      temperature = caption.settings.temperature
      seed = caption.settings.seed
      words = caption.words.map(Word.init)
    }
  }

  private struct Word: Encodable {
    struct Map: Encodable {
      let rows: Int
      let columns: Int
      let values: [Float]
    }

    let word: String
    let token: Int
    let probability: Float
    let log_probability: Float
    let attention: Map

    init(_ word: CaptionWord) {
      self.word = word.word
      token = word.token
      probability = word.probability
      log_probability = word.logProbability
      attention = Map(rows: word.attention.rows, columns: word.attention.columns, values: word.attention.values)
    }
  }
}
