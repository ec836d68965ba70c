import Captioning
import Files
import SystemPackage

/// What became of one image.
package struct CaptionedImage {
  package let path: FilePath
  /// Upright, in pixels; nil when the image could not be read.
  package var size: (width: Int, height: Int)?
  package var captions: [Caption] = []
  /// Why there are no captions, in one line.
  package var error: String?

  package init(path: FilePath, size: (width: Int, height: Int)? = nil, captions: [Caption] = [], error: String? = nil) {
    self.path = path
    self.size = size
    self.captions = captions
    self.error = error
  }
}

/// Results as lines of text.
package enum CaptionLine {
  /// One line a caption: the path, a tab, the caption; of several captions each with its log-probability after
  /// another tab.
  package static func plain(_ image: CaptionedImage) -> String {
    image.captions.map { caption in
      let probability = image.captions.count > 1 ? "\t" + Figures.logProbability(caption.logProbability) : ""
      return "\(PrintableText.line(FileName.text(image.path)))\t\(PrintableText.line(caption.text))\(probability)\n"
    }.joined()
  }

  /// One JSON object on one line; the keys are always in this order.
  package static func json(_ image: CaptionedImage, weights: WeightsIdentity) -> String {
    let size = image.size.map { ("\($0.width)", "\($0.height)") } ?? ("null", "null")
    let captions = image.captions.map(json).joined(separator: ",")
    return """
      {"image":\(JSONText.quoted(FileName.text(image.path))),"width":\(size.0),"height":\(size.1),\
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
  package static func fields(_ caption: Caption) -> String {
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
    let alternatives = word.alternatives.map {
      "{\"word\":\(JSONText.quoted($0.word)),\"token\":\($0.token),\"probability\":\(JSONText.number($0.probability))}"
    }
    return """
      {"word":\(JSONText.quoted(word.word)),"token":\(word.token),\
      "probability":\(JSONText.number(word.probability)),"log_probability":\(JSONText.number(word.logProbability)),\
      "attention":{"rows":\(word.attention.rows),"columns":\(word.attention.columns),"values":[\(values)]},\
      "tokens":[\(word.tokens.map(json).joined(separator: ","))],\
      "entropy_bits":\(JSONText.number(Float(word.attention.entropy))),\
      "alternatives":[\(alternatives.joined(separator: ","))]}
      """
  }

  private static func json(_ token: CaptionToken) -> String {
    """
    {"text":\(JSONText.quoted(token.text)),"token":\(token.token),\
    "probability":\(JSONText.number(token.probability)),"log_probability":\(JSONText.number(token.logProbability))}
    """
  }
}
