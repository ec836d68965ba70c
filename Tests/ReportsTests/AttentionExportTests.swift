import Files
import Foundation
import TestSupport
import Testing

@testable import Captioning
@testable import Raster
@testable import Reports

@Suite("Attention is told in pages, sheets and text")
struct AttentionExportTests {
  private static let hostile = "</script><b a='\"&'>\u{1b}"

  private static func content(
    _ words: [String], mode: DecodingSettings.Mode = .sample, size: (Int, Int) = (6, 4)
  ) -> AttendedCaption {
    let map = AttentionMap(rows: 2, columns: 2, values: [0.5, 0.25, 0.25, 0])
    let caption = Caption(
      words: words.enumerated().map { index, word in
        CaptionWord(
          word: word, token: index + 4, probability: 0.5, logProbability: -1.386, attention: map,
          alternatives: [
            WordAlternative(word: word, token: index + 4, probability: 0.5),
            WordAlternative(word: "other<", token: 99, probability: 0.004),
          ])
      },
      logProbability: -2.5, finished: true,
      settings: DecodingSettings(mode: mode, topK: 5, temperature: 0.5, seed: 7, samples: 1))
    let pixels = (0..<size.0 * size.1 * 3).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    return AttendedCaption(
      imageName: "a<b>.jpg", photo: PixelImage(width: size.0, height: size.1, pixels: pixels), caption: caption,
      weights: WeightsIdentity(name: "w&w", sha256: "00ff"), provenance: ["data_note": "<none>", "epoch": "3"],
      overlay: HeatOverlay(colormap: .grey, opacity: 0.5, smooth: false))
  }

  @Test("nothing written into a page is read as markup or leaves its place") func escaping() throws {
    #expect(HTMLText.escaped(Self.hostile) == "&lt;/script&gt;&lt;b a=&#39;&quot;&amp;&#39;&gt;\u{fffd}")
    #expect(HTMLText.data(.array([.string("</script><!--")])) == #"["\u003c/script>\u003c!--"]"#)
    let page = try AttentionPage(content: Self.content([Self.hostile, "dog"])).html()
    #expect(!page.contains("<b a=") && !page.contains("a<b>") && !page.contains("<none>") && !page.contains("\u{1b}"))
    // The data's own end and the script's, and no other.
    #expect(page.components(separatedBy: "</script>").count == 3)
  }

  @Test("a page is one file: its words, numbers and origin in it, nothing fetched") func page() throws {
    let content = Self.content(["dog", "<i>"])
    let page = try AttentionPage(content: content).html()
    let png = Data(try PNGEncoder.encode(content.photo)).base64EncodedString()
    #expect(page.contains("alt=\"The photo: dog &lt;i&gt;\" src=\"data:image/png;base64,\(png)\">"))
    #expect(
      page.contains(
        #"<button type="button" data-word="0" aria-pressed="false">dog<span class="likely" aria-hidden="true">"#
          + #"<span class="bar" style="width:50.0%"></span></span><small>0.500</small></button>"#))
    #expect(page.contains("content=\"default-src 'none'; img-src data:;"))
    #expect(!page.contains("http:") && !page.contains("https:") && !page.contains("url("))
    #expect(
      page.contains("attention; full strength is each word&#39;s most attended cell.</figcaption>"),
      "the legend, in the sheet's words")
    #expect(page.contains("value=\"0.50\"") && page.contains("id=\"smooth\">") && !page.contains(" checked"))
  }

  @Test("a page's table and origin say the numbers in words") func tables() {
    let page = AttentionPage(content: Self.content(["<i>"]))
    #expect(
      page.about(page.content.caption.words[0])
        == "“<i>”: probability 0.500 of top 5, 0.250 of all. Looked most at row 1, column 1 of 2×2 (50 %); "
        + "entropy 1.50 bits, as if spread over 3 of 4 cells.")
    #expect(
      page.table.contains(
        "<tr><th scope=\"row\">1. &lt;i&gt;</th><td>0.500</td><td>0.250</td><td>row 1, column 1</td><td>50 %</td>"
          + "<td>1.50</td><td>other&lt; 0.004</td></tr>"))
    #expect(page.table.contains(">Of top 5</th><th scope=\"col\">Of all</th>"))
    #expect(
      page.origin == """
        <details open><summary>Where this comes from</summary>
        <dl>
        <dt>Written by</dt><dd>a machine</dd>
        <dt>Weights</dt><dd>w&amp;w</dd>
        <dt>SHA-256</dt><dd>00ff</dd>
        <dt>Drawn by</dt><dd>sample, k 5, T 0.5, seed 7</dd>
        <dt>Probabilities</dt><dd>among the 5 likeliest words, at temperature 0.5</dd>
        <dt>Log-probability</dt><dd>-2.50, the end included</dd>
        <dt>Data note</dt><dd>&lt;none&gt;</dd>
        <dt>Epoch</dt><dd>3</dd>
        </dl></details>
        """)
  }

  @Test("the page's data is JSON with the maps as they are") func data() throws {
    let page = try AttentionPage(content: Self.content(["dog"])).html()
    let start = try #require(page.range(of: "id=\"data\">")).upperBound
    let end = try #require(page.range(of: "</script>")).lowerBound
    let json = try #require(JSONSerialization.jsonObject(with: Data(page[start..<end].utf8)) as? [String: Any])
    let words = try #require(json["words"] as? [[String: Any]])
    #expect(words[0]["attention"] as? [Double] == [0.5, 0.25, 0.25, 0] && words[0]["columns"] as? Int == 2)
    #expect((json["colors"] as? [[Int]])?[255] == [255, 255, 255])
    let others = try #require(words[0]["alternatives"] as? [[String: Any]])
    #expect(others.map { $0["chosen"] as? Bool } == [true, false])
  }

  @Test("greedy decoding's probabilities are those among all words, not of the one drawn from") func likelihood() {
    let greedy = Self.content(["dog"], mode: .greedy).caption
    #expect(abs(greedy.likelihood(of: greedy.words[0]) - 0.25) < 1e-3 && greedy.likelihoodInWords == "among all words")
    #expect(greedy.chances(of: greedy.words[0]) == ["0.250 of all"], "of the one drawn from it would be 1")
    let beam = Self.content(["dog"], mode: .beam(width: 3)).caption
    #expect(beam.chances(of: beam.words[0]) == ["0.250 of all"])
    let sampled = Self.content(["dog"]).caption
    #expect(sampled.chances(of: sampled.words[0]) == ["0.500 of top 5", "0.250 of all"])
    #expect(sampled.likelihood(of: sampled.words[0]) == 0.5)
  }

  @Test("text shows each word's map under it, words side by side as far as the line goes") func text() {
    let caption = Self.content(["dog", "elephants", "\u{1b}x"]).caption
    let text = AttentionText(caption: caption, width: 18, shades: [".", "o", "#"]).text
    #expect(
      text == """
        dog elephants \u{fffd}x

        dog     elephants
        0.500   0.500
        ##..    ##..
        ....    ....

        \u{fffd}x
        0.500
        ##..
        ....

        """)
  }

  @Test("numbers are short, and never minus nothing") func decimals() {
    #expect(Figures.fixed(-0.001, 2) == "0.00" && Figures.fixed(-1.5, 0) == "-2" && Figures.fixed(2.345, 1) == "2.3")
    #expect(Figures.logProbability(-Double.infinity) == "-inf" && Figures.logProbability(-1.386) == "-1.39")
    #expect(Figures.probability(0.5) == "0.500" && Figures.score(0.17838) == "0.1784")
    #expect([6, 1.5, 0].map(Figures.bits) == ["6", "1.50", "0"])
    let shares: [Float] = [1, 0.914, 0.0995, 0.094, 0.001, 0.0004]
    #expect(shares.map { Figures.share($0) } == ["100 %", "91 %", "10 %", "9.4 %", "0.1 %", "0.04 %"])
    #expect([0, 999, 17_200_000, 999_960_000].map(Figures.bytes) == ["0 bytes", "999 bytes", "17.2 MB", "1.0 GB"])
    #expect([0, 7.2, 59.6, 3723.4].map(Figures.duration) == ["0:00", "0:07", "1:00", "1:02:03"])
  }
}
