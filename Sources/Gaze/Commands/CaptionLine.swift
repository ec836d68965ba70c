import Captioning
import WeightFiles

/// What became of one image.
struct CaptionedImage {
  let path: String
  /// Upright, in pixels; nil when the image could not be read.
  var size: (width: Int, height: Int)?
  var captions: [Caption] = []
  /// Why there are no captions, in one line.
  var error: String?
}

/// Which weights made a caption.
struct WeightsIdentity: Equatable {
  let name: String
  let sha256: String
}

/// Results as lines of text.
enum CaptionLine {
  /// One line a caption: the path, a tab, the caption; of several captions each with its log-probability after
  /// another tab.
  static func plain(_ image: CaptionedImage) -> String {
    image.captions.map { caption in
      let probability = image.captions.count > 1 ? "\t" + decimals(caption.logProbability) : ""
      return "\(Messages.printable(image.path))\t\(Messages.printable(caption.text))\(probability)\n"
    }.joined()
  }

  /// One JSON object on one line; the keys are always in this order.
  static func json(_ image: CaptionedImage, weights: WeightsIdentity) -> String {
    let size = image.size.map { ("\($0.width)", "\($0.height)") } ?? ("null", "null")
    let captions = image.captions.map(json).joined(separator: ",")
    return """
      {"image":\(JSONText.quoted(image.path)),"width":\(size.0),"height":\(size.1),\
      "error":\(image.error.map(JSONText.quoted) ?? "null"),\
      "weights":{"name":\(JSONText.quoted(weights.name)),"sha256":\(JSONText.quoted(weights.sha256))},\
      "captions":[\(captions)]}

      """
  }

  private static func json(_ caption: Caption) -> String {
    """
    {\(fields(caption)),\
    "words":[\(caption.words.map(json).joined(separator: ","))]}
    """
  }

  /// What a caption says and how it was drawn, as the inside of a JSON object.
  static func fields(_ caption: Caption) -> String {
    let settings = caption.settings
    let mode =
      switch settings.mode {
      case .sample: "\"sample\""
      case .greedy: "\"greedy\""
      case .beam(let width): "\"beam\",\"beam\":\(width)"
      }
    return """
      "text":\(JSONText.quoted(caption.text)),"log_probability":\(JSONText.number(caption.logProbability)),\
      "finished":\(caption.finished),"mode":\(mode),"top_k":\(settings.mode == .greedy ? 1 : settings.topK),\
      "temperature":\(JSONText.number(settings.temperature)),"seed":\(settings.seed)
      """
  }

  private static func json(_ word: CaptionWord) -> String {
    let values = word.attention.values.map(JSONText.number).joined(separator: ",")
    return """
      {"word":\(JSONText.quoted(word.word)),"token":\(word.token),\
      "probability":\(JSONText.number(word.probability)),"log_probability":\(JSONText.number(word.logProbability)),\
      "attention":{"rows":\(word.attention.rows),"columns":\(word.attention.columns),"values":[\(values)]}}
      """
  }

  /// Two decimals.
  private static func decimals(_ value: Float) -> String {
    guard value.isFinite, abs(value) < 1e9 else { return "\(value)" }
    let hundredths = Int((Double(value) * 100).rounded())
    let fraction = String(abs(hundredths) % 100)
    return "\(hundredths < 0 ? "-" : "")\(abs(hundredths) / 100).\(fraction.count == 1 ? "0" : "")\(fraction)"
  }
}
