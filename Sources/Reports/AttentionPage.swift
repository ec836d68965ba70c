import Captioning
import Files
import Foundation
import Raster

/// The attention of a caption as one HTML file that needs nothing else: pointing at a word, clicking it or walking to
/// it with the arrow keys shows where the network looked for it, how likely it was and what else it might have written.
///
/// The photo goes in as PNG of at most `photoSide` pixels: nothing of the original file but its picture is passed on.
package struct AttentionPage {
  let content: AttendedCaption
  /// What hiding cells does to each word, where that was asked; its maps can be shown in place of attention.
  let relevance: [WordRelevance]?

  package init(content: AttendedCaption, relevance: [WordRelevance]? = nil) {
    (self.content, self.relevance) = (content, relevance)
  }

  private static let photoSide = 1024

  package func html() throws -> String {
    let text = HTMLText.escaped(content.caption.text)
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy"
        content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
      <title>\(text) – attention</title>
      <style>
      \(Self.style)
      </style>
      </head>
      <body>
      <main>
      <h1>\(text)</h1>
      <div class="columns">
      \(try figure())
      <div class="side">
      \(words)
      \(Self.details)
      \(kinds)\(Self.controls(content.overlay))
      </div>
      </div>
      \(table)
      \(origin)
      </main>
      <script type="application/json" id="data">\(HTMLText.data(data))</script>
      <script>
      \(Self.script)
      </script>
      </body>
      </html>

      """
  }

  private func figure() throws -> String {
    let png = try PNGEncoder.encode(content.photo.scaled(longerSide: Self.photoSide, enlarging: false))
    return """
      <figure>
      <div class="stage"><img id="photo" alt="The photo: \(HTMLText.escaped(content.caption.text))" \
      src="data:image/png;base64,\(Data(png).base64EncodedString())"><canvas id="heat" aria-hidden="true"></canvas></div>
      <figcaption>\(HTMLText.escaped(content.imageName)), \(content.photo.width)×\(content.photo.height) pixels. \
      \(HTMLText.escaped(AttendedCaption.legend(.ownMaximum)))</figcaption>
      </figure>
      """
  }

  /// The caption's words as buttons, each with a bar as long as it was likely.
  private var words: String {
    let buttons = content.caption.words.enumerated().map { index, word in
      let likelihood = content.caption.likelihood(of: word)
      return """
        <button type="button" data-word="\(index)" aria-pressed="false">\(HTMLText.escaped(word.word))\
        <span class="likely" aria-hidden="true">\
        <span class="bar" style="width:\(Figures.fixed(likelihood * 100, 1))%"></span></span>\
        <small>\(Figures.probability(likelihood))</small></button>
        """
    }
    return """
      <div class="words" role="group" aria-label="Words of the caption; arrow keys walk through them">
      \(buttons.joined(separator: "\n"))
      </div>
      """
  }

  /// Filled by the script for the word shown.
  private static let details = """
    <section class="details" aria-live="polite" aria-atomic="true">
    <p id="about">Choose a word to see where the network looked for it.</p>
    <table id="alternatives" hidden><caption>What it might have written here</caption><tbody></tbody></table>
    </section>
    """

  private static func controls(_ overlay: HeatOverlay) -> String {
    """
    <div class="controls">
    <button type="button" id="play" aria-pressed="false">Play</button>
    <label>Opacity <input type="range" id="opacity" min="0" max="1" step="0.05" \
    value="\(Figures.fixed(overlay.opacity, 2))"></label>
    <label><input type="checkbox" id="smooth"\(overlay.smooth ? " checked" : "")> Smooth</label>
    </div>
    <noscript>The overlays need JavaScript; all numbers are in the table below.</noscript>
    """
  }

  /// What the script needs: the maps, the colours, and what is told of each word.
  private var data: OrderedJSON {
    let colors = (0...255).map { content.overlay.colormap.color(Float($0) / 255) }
    return .object([
      ("words", .array(content.caption.words.enumerated().map { data($1, relevance?[$0]) })),
      ("colors", .array(colors.map { .array([$0.red, $0.green, $0.blue].map { .integer(Int($0)) }) })),
    ])
  }

  private func data(_ word: CaptionWord, _ relevance: WordRelevance?) -> OrderedJSON {
    let map = word.attention
    let others = relevance.map { RelevanceReport.ways($0) } ?? []
    return .object(
      [
        ("word", .string(word.word)), ("about", .string(about(word))), ("rows", .integer(map.rows)),
        ("columns", .integer(map.columns)), ("attention", .array(map.values.map { .single($0) })),
        (
          "alternatives",
          .array(
            word.alternatives.map {
              .object([
                ("word", .string($0.word)), ("percent", .string(Figures.probability($0.probability))),
                ("share", .single($0.probability)), ("chosen", .boolean($0.token == word.token)),
              ])
            })
        ),
      ] + others.map { (key: $0.key, value: data($0.relevance, of: word)) })
  }

  private func data(_ relevance: RegionRelevance, of word: CaptionWord) -> OrderedJSON {
    .object([
      ("attention", .array(relevance.occlusionMap(like: word.attention).values.map { .single($0) })),
      ("about", .string(about(relevance, of: word))),
    ])
  }
}
