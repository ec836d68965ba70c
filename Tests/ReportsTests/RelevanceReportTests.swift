import Foundation
import TestSupport
import Testing

@testable import Captioning
@testable import Files
@testable import Raster
@testable import Reports

@Suite("Whether maps matter, and what several networks say, as lines, JSON and pictures")
struct RelevanceReportTests {
  private func word(_ word: String, _ logProbability: Float, _ map: [Float]) -> CaptionWord {
    CaptionWord(
      word: word, token: 4, probability: 1, logProbability: logProbability,
      attention: AttentionMap(rows: 1, columns: 2, values: map),
      alternatives: [WordAlternative(word: "cat", token: 5, probability: 0.25)])
  }

  private func caption(_ words: [CaptionWord], _ logProbability: Float = -3) -> Caption {
    Caption(words: words, logProbability: logProbability, finished: true, settings: DecodingSettings(mode: .greedy))
  }

  private let weights = WeightsIdentity(name: "w", sha256: "0123456789abcdef")
  private let shades: [Character] = [" ", ".", "#"]

  private func relevance(_ falls: [Double], _ map: AttentionMap) -> RegionRelevance {
    let curve = HidingCurve(logProbabilities: [0, log(0.5), log(0.1)], regions: 2)
    let other = HidingCurve(logProbabilities: [log(0.1), 0, 0], regions: 2)
    return RegionRelevance(falls: falls, map: map, deletion: curve, insertion: other)
  }

  private var told: (caption: Caption, words: [WordRelevance]) {
    let dog = word("dog", -0.5, [0.75, 0.25])
    let both = WordRelevance(
      word: dog, logProbability: -0.5, leftOut: relevance([2, 0.5], dog.attention),
      covered: relevance([-1, 0.25], dog.attention))
    return (caption([dog]), [both])
  }

  @Test("a table with both ways of hiding, and the maps beside each other") func table() {
    let report = RelevanceReport(image: "dog.jpg", caption: told.caption, words: told.words, weights: weights)
    #expect(
      report.text(shades: shades) == """
        dog

        word  probability  hidden in  fall   at  rank correlation  deletion  insertion
        dog         0.607  attention  2.00  1,1              1.00     0.525      0.775
                           photo      0.25  1,2             -1.00     0.525      0.775

        dog   in attention  in photo
        ..    ..              ##

        """)
  }

  @Test("a page lets one choose among the maps, and tells what the word loses") func page() throws {
    let content = AttendedCaption(
      imageName: "dog.jpg", photo: PixelImage(width: 2, height: 1, pixels: [UInt8](repeating: 9, count: 6)),
      caption: told.caption, weights: weights, provenance: [:], overlay: HeatOverlay())
    let page = AttentionPage(content: content, relevance: told.words)
    let html = try page.html()
    let start = try #require(html.range(of: "id=\"data\">")).upperBound
    let end = try #require(html.range(of: "</script>")).lowerBound
    let json = try #require(JSONSerialization.jsonObject(with: Data(html[start..<end].utf8)) as? [String: Any])
    let word = try #require((json["words"] as? [[String: Any]])?.first)
    #expect(word["attention"] as? [Double] == [0.75, 0.25])
    let (left, covered) = (word["left_out"] as? [String: Any], word["covered"] as? [String: Any])
    #expect(
      left?["attention"] as? [Double] == [0.8, 0.2].map { Double(Float($0)) }
        || (left?["attention"] as? [Double])?.count == 2)
    #expect(covered?["attention"] as? [Double] == [0, 1])
    #expect(
      left?["about"] as? String
        == "Falls most, 2.00 nats, without the cell at 1,1; rank correlation with attention 1.00, "
        + "deletion 0.525, insertion 0.775.")
    #expect(html.components(separatedBy: "type=\"radio\"").count == 4 && page.table.contains("<td>-1.00</td>"))
    let plain = try AttentionPage(content: content).html()
    #expect(!plain.contains("type=\"radio\"") && !plain.contains("Rank correlation"))
  }

  @Test("JSON has every number, under names that say what it is") func json() throws {
    let report = RelevanceReport(image: "dog.jpg", caption: told.caption, words: told.words, weights: weights)
    #expect(report.json.hasSuffix("\n") && report.json.split(separator: "\n").count == 1)
    let object = try #require(JSONSerialization.jsonObject(with: Data(report.json.utf8)) as? [String: Any])
    #expect(object["image"] as? String == "dog.jpg" && object["text"] as? String == "dog")
    #expect(object["hidden_shares"] as? [Double] == [0, 0.5, 1] && object["map"] as? String == "attention")
    let word = try #require((object["words"] as? [[String: Any]])?.first)
    let (out, covered) = (word["left_out"] as? [String: Any], word["covered"] as? [String: Any])
    #expect(out?["log_probability_falls"] as? [Double] == [2, 0.5])
    #expect(covered?["log_probability_falls"] as? [Double] == [-1, 0.25])
    #expect(out?["rank_correlation"] as? Double == 1 && covered?["rank_correlation"] as? Double == -1)
    let deletion = try #require(out?["deletion"] as? [String: Any])
    let heights = try #require(deletion["probabilities"] as? [Double])
    for (height, wanted) in zip(heights, [1, 0.5, 0.1]) { #expect(abs(height - wanted) < 1e-12) }
    #expect(heights.count == 3 && abs((deletion["area"] as? Double ?? 0) - 0.525) < 1e-12)
  }

  private var networks: NetworkComparison {
    func telling(_ words: [CaptionWord], _ name: String, _ logProbability: Float) -> NetworkComparison.Telling {
      NetworkComparison.Telling(
        caption: caption(words, logProbability), weights: WeightsIdentity(name: name, sha256: "00"))
    }
    return NetworkComparison(
      image: "dog.jpg",
      tellings: [
        telling([word("a", -0.5, [0.5, 0.5]), word("dog", -1, [0.75, 0.25])], "one", -1.5),
        telling([word("a", -0.25, [0.25, 0.75]), word("dog", -3, [0.25, 0.75])], "two", -3.25),
        telling([word("adog", -4, [0.25, 0.75])], "three", -4),
      ])
  }

  @Test("networks beside each other, where they part named; other words are told and not compared") func networkTable()
  {
    #expect(
      networks.text(shades: shades) == """
        a dog

        network  log-probability  weights
        A                  -1.50  one 00
        B                  -3.25  two 00
        C                  -4.00  three 00

        word  network  probability  difference  map likeness  entropy  likeliest there
        a     A              0.607                               1.00  cat 0.250
              B              0.779        0.25          0.00     0.81  cat 0.250
        adog  C              0.018                               0.81  cat 0.250
        dog   A              0.368                               0.81  cat 0.250
              B              0.050       -2.00         -1.00     0.81  cat 0.250

        A and B part most at dog: 2.00 nats likelier to A
        A and C read the sentence in other words: compare by eye

        A a   B a   C adog
                ..    ..

        A dog  B dog
        ..       ..

        """)
  }

  @Test("networks as JSON: whole captions, and differences or null") func networkJSON() throws {
    let object = try #require(
      JSONSerialization.jsonObject(with: Data(networks.json.utf8)) as? [String: Any])
    let all = try #require(object["networks"] as? [[String: Any]])
    #expect(all.count == 3 && object["text"] as? String == "a dog")
    #expect(all[1]["log_probability_differences"] as? [Double] == [0.25, -2])
    #expect(all[1]["map_rank_correlations"] as? [Double] == [0, -1])
    #expect(all[2]["log_probability_differences"] is NSNull && all[2]["map_rank_correlations"] is NSNull)
    let told = try #require(all[1]["told"] as? [String: Any])
    #expect((told["weights"] as? [String: Any])?["name"] as? String == "two")
    #expect((told["captions"] as? [[String: Any]])?.count == 1)
  }

  @Test("both sheets have a tile for every map") func sheets() {
    let photo = PixelImage(width: 300, height: 200, pixels: [UInt8](repeating: 80, count: 300 * 200 * 3))
    let content = AttendedCaption(
      imageName: "x", photo: photo, caption: told.caption, weights: weights, provenance: [:], overlay: HeatOverlay())
    let relevance = RelevanceSheet(content, told.words).drawn()
    let sheet = NetworkSheet(content, networks).drawn()
    /// How many runs of pixels in a row are not paper and as long as a tile is wide.
    func tiles(_ image: PixelImage, row: Int) -> Int {
      let isPaper = (0..<image.width).map { image.pixels[(row * image.width + $0) * 3 + 1] == 255 }
      return isPaper.split(separator: true).count { $0.count >= 150 }
    }
    #expect((0..<relevance.height).map { tiles(relevance, row: $0) }.max() == 3)
    #expect((0..<sheet.height).map { tiles(sheet, row: $0) }.max() == 2)
  }

  @Test("a table's columns are as wide as what is in them") func figureTable() {
    var table = FigureTable([("n", .left), ("value", .right), ("x", .right)])
    table.add(["name", "1", "22"])
    table.add(["a", "-10.5", ""])
    #expect(table.lines == ["n     value   x", "name      1  22", "a     -10.5"])
  }
}
