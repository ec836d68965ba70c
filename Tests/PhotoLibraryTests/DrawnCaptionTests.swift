import Captioning
import Foundation
import TestSupport
import Testing

@testable import Files
@testable import PhotoLibrary

/// What origins tell of captions, to draw them again.
@Suite struct DrawnCaptionTests {
  private func caption(_ settings: DecodingSettings) -> Caption {
    let word = CaptionWord(
      word: "cat", token: 1, probability: 1, logProbability: 0,
      attention: AttentionMap(rows: 1, columns: 1, values: [1]), alternatives: [])
    return Caption(words: [word], logProbability: 0, finished: true, settings: settings)
  }

  @Test func settingsAreReadAsTheyWereWritten() throws {
    let folder = try TemporaryFolder()
    let photo = folder.path("a.png")
    let weights = WeightsIdentity(name: "tiny", sha256: "00ff")
    for settings in [
      DecodingSettings(topK: 7, temperature: 0.3, seed: .max, samples: 1, minWords: 2, maxWords: 9),
      DecodingSettings(mode: .beam(width: 3), samples: 1), DecodingSettings(mode: .greedy, topK: 1, samples: 1),
      DecodingSettings(samples: 1, prompt: "a picture of"),
      DecodingSettings(samples: 1, prefix: CaptionPrefix(text: "a cat", tokens: [2, 9])),
    ] {
      try SidecarPolicy.overwrite.write(caption(settings), by: weights, for: photo)
      let drawn = try #require(DrawnCaption(of: "cat", beside: photo))
      #expect(drawn.settings == settings && drawn.sha256 == "00ff" && drawn.text == "cat")
    }
    #expect(DrawnCaption(of: "dog", beside: photo) == nil, "the text was changed by another program")
    let edited = CaptionOrigin(
      text: "a cat", author: .human, drawn: caption(DecodingSettings(samples: 1)), weights: weights)
    try SidecarFiles(edited, for: photo).write(for: photo)
    #expect(DrawnCaption(of: "a cat", beside: photo) == nil, "a person changed it")
  }

  @Test func whatEarlierVersionsWroteIsRead() throws {
    let folder = try TemporaryFolder()
    let text = Self.file(#""mode":"sample","top_k":10,"temperature":1.0,"seed":1"#)
    _ = try folder.file("a.caption.json", Array(text.utf8))
    #expect(DrawnCaption(of: "cat", beside: folder.path("a.png"))?.settings == DecodingSettings(samples: 1))
  }

  private static func file(_ settings: String) -> String {
    #"{"image":"a.png","text":"cat","author":"machine","weights":{"name":"w","sha256":"00"},"#
      + #""drawn":{"text":"cat","log_probability":-1,"finished":true,\#(settings)}}"#
  }

  @Test(arguments: [
    #""mode":"sample","top_k":0,"temperature":1.0,"seed":1"#,
    #""mode":"sample","top_k":10,"temperature":-1.0,"seed":1"#,
    #""mode":"sample","top_k":10,"temperature":1.0,"seed":-1"#,
    #""mode":"beam","beam":1000000,"top_k":10,"temperature":1.0,"seed":1"#,
    #""mode":"beam","top_k":10,"temperature":1.0,"seed":1"#,
    #""mode":"luck","top_k":10,"temperature":1.0,"seed":1"#,
    #""mode":"sample","top_k":10,"temperature":1.0,"seed":1,"max_words":65"#,
    #""mode":"greedy","top_k":1,"temperature":1.0,"seed":1,"hidden":{"way":"photo","cells":[[1,1]]}"#,
    #""mode":"recited","top_k":null,"temperature":null,"seed":null"#, #""mode":"sample""#,
  ]) func whatNoProgramOfOursWritesIsPassedOver(_ settings: String) throws {
    let folder = try TemporaryFolder()
    _ = try folder.file("a.caption.json", Array(Self.file(settings).utf8))
    #expect(DrawnCaption(of: "cat", beside: folder.path("a.png")) == nil)
  }
}

/// Names of files about captions that were asked for.
@Suite struct AskedFileNameTests {
  @Test func branchesAndHiddenCellsHaveNamesOfTheirOwn() throws {
    let map = AttentionMap(rows: 2, columns: 2, values: [1, 0, 0, 0])
    let word = CaptionWord(
      word: "dog", token: 4, probability: 1, logProbability: 0, attention: map, alternatives: [])
    var settings = DecodingSettings(seed: 7)
    func name(_ hidden: HiddenRegions?, recited: Bool = false) -> String {
      let caption = Caption(
        words: [word], logProbability: 0, finished: true, settings: settings, isRecited: recited, hidden: hidden)
      return FileName.name(AttentionFiles.stem(of: caption, photo: "/photos/dog.png"))
    }
    let hidden = try HiddenRegions([0, 1], rows: 2, columns: 2, way: .attention)
    let covered = try HiddenRegions([0], rows: 2, columns: 2, way: .photo)
    var names = [name(nil), name(hidden), name(covered), name(covered, recited: true)]
    settings.prefix = CaptionPrefix(text: "a dog", tokens: [2, 4])
    names.append(name(nil))
    #expect(
      names.map { String($0.dropFirst("dog.attention.".count)) } == [
        "seed-7", "hidden-1,1-2-seed-7", "covered-1,1-seed-7", "covered-1,1-recited", "branch-2-seed-7",
      ])
    // Other cells, as many of them, have another name; where most are hidden, what is left is named.
    names = []
    settings.prefix = nil
    let checkered = (0..<1024).filter { ($0 / 32 + $0) % 2 == 0 }
    for (regions, size) in [([8, 9, 10, 20], 8), (Array(1..<64), 8), (checkered, 32), (checkered.map { $0 ^ 1 }, 32)] {
      names.append(name(try HiddenRegions(regions, rows: size, columns: size, way: .attention), recited: true))
    }
    #expect(names[0] == "dog.attention.hidden-2,1-3+3,5-recited")
    #expect(names[1] == "dog.attention.hidden-all-but-1,1-recited")
    #expect(names[2].hasPrefix("dog.attention.hidden-cells-512-") && names[2] != names[3])
    // As earlier versions wrote them.
    names += ["dog.attention.hidden-2-seed-7", "dog.attention.covered-12-recited"]
    for name in names { #expect(AttentionFiles.isSheet(name + ".png")) }
    for name in ["dog.attention.hidden-2.png", "dog.attention.hidden-x.png", "dog.attention.branch-2-walk.png"] {
      #expect(!AttentionFiles.isSheet(name))
    }
  }
}
