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

@Suite("The sheet of overlays")
struct AttentionSheetTests {
  @Test("letters are those of the font, wherever they fit") func letters() {
    #expect(BitmapFont.rows(of: "i").contains { $0 != 0 } && BitmapFont.rows(of: " ").allSatisfy { $0 == 0 })
    #expect(BitmapFont.rows(of: "e\u{301}") == BitmapFont.rows(of: "é"))
    #expect(BitmapFont.rows(of: "犬") == BitmapFont.rows(of: "□"))
    #expect((0x21...0x7e).allSatisfy { BitmapFont.rows(of: Character(UnicodeScalar($0)!)) != BitmapFont.rows(of: "□") })
    #expect(BitmapFont.fitted("elephant", to: 5) == "elep…" && BitmapFont.fitted("dog", to: 3) == "dog")
    #expect(BitmapFont.wrapped("a dog runs extraordinarily", to: 7) == ["a dog", "runs", "extrao…"])
    // A full stop is low and in the middle.
    var canvas = PixelCanvas(width: 10, height: 20, color: RGB(255, 255, 255))
    canvas.draw(".", x: 0, y: 0, color: RGB(0, 0, 0))
    let dark = canvas.image.pixels.indices.filter { canvas.image.pixels[$0] == 0 }.map { ($0 / 3 / 10, $0 / 3 % 10) }
    #expect(!dark.isEmpty && dark.allSatisfy { (12..<17).contains($0.0) && (2..<8).contains($0.1) })
  }

  @Test("drawing beyond the edges is cut off") func clipping() {
    var canvas = PixelCanvas(width: 3, height: 2, color: RGB(9, 9, 9))
    canvas.fill(x: -5, y: -5, width: 6, height: 6, color: RGB(1, 2, 3))
    canvas.draw(PixelImage(width: 2, height: 2, pixels: [UInt8](repeating: 7, count: 12)), x: 2, y: 1)
    canvas.draw("W", x: 50, y: -30, color: RGB(0, 0, 0), scale: 3)
    #expect(canvas.image.pixels == [1, 2, 3, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 7, 7, 7])
  }

  @Test("a sheet has about a screen's shape, for short and long captions", arguments: [1, 2, 5, 12, 30, 65])
  func shape(count: Int) {
    let cell = (width: 336, height: 300)
    let columns = AttentionSheet.columns(for: count, cell: cell)
    let shape = Double(columns * cell.width) / Double((count + columns - 1) / columns * cell.height)
    #expect((1...min(count, 8)).contains(columns) && (count > 40 || (0.6...2.6).contains(shape)))
  }

  @Test("every photo gives a sheet, however thin, and a caption without words too") func extremes() throws {
    let caption = Caption(words: [], logProbability: -1, finished: true, settings: DecodingSettings())
    for (width, height) in [(1, 1), (400, 1), (1, 400)] {
      let content = AttendedCaption(
        imageName: "x",
        photo: PixelImage(width: width, height: height, pixels: [UInt8](repeating: 80, count: width * height * 3)),
        caption: caption, weights: WeightsIdentity(name: "w", sha256: ""), provenance: [:], overlay: HeatOverlay())
      let sheet = AttentionSheet(content).drawn()
      #expect(sheet.width > 500 && sheet.height > 100)
      #expect(try AttentionPage(content: content).html().contains("<h1></h1>"))
    }
  }

  @Test(
    "the tile of a word is the photo under that word's heat, by the scale asked for",
    arguments: [
      (HeatScale.ownMaximum, UInt8(255)), (.fixed, 70),
    ]) func tile(scale: HeatScale, hottest: UInt8)
  {
    let photo = PixelImage(width: 320, height: 200, pixels: [UInt8](repeating: 60, count: 320 * 200 * 3))
    let map = AttentionMap(rows: 1, columns: 2, values: [0, 1])
    let word = CaptionWord(word: "dog", token: 4, probability: 1, logProbability: 0, attention: map, alternatives: [])
    let overlay = HeatOverlay(colormap: .grey, opacity: 1, smooth: false)
    let content = AttendedCaption(
      imageName: "x", photo: photo,
      caption: Caption(words: [word], logProbability: 0, finished: true, settings: DecodingSettings()),
      weights: WeightsIdentity(name: "w", sha256: ""), provenance: [:], overlay: overlay, scale: scale)
    let sheet = AttentionSheet(content).drawn()
    // Halfway down the one row of tiles, below a margin and a line of title: the photo, a gap, the word's tile.
    let row = sheet.pixels[(24 + 64 + 100) * sheet.width * 3..<(24 + 64 + 101) * sheet.width * 3]
    let levels = stride(from: row.startIndex, to: row.endIndex, by: 3).map { row[$0] }
    func run(_ count: Int, _ level: UInt8) -> [UInt8] { [UInt8](repeating: level, count: count) }
    #expect(
      Array(levels[..<680]) == run(24, 255) + run(320, 60) + run(16, 255) + run(160, 60) + run(160, hottest))
  }
}
