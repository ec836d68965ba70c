import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Captioning
@testable import Raster
@testable import Training

@Suite("An evaluation captions what it can, in order, and scores that")
struct EvaluationTests {
  private struct Unreadable: Error, CustomStringConvertible { let description: String }

  private static let set = EvaluationSet([
    .init(id: 7, path: "a", references: ["a red square", "red"]), .init(id: 3, path: "x", references: ["nothing"]),
    .init(id: 5, path: "b", references: ["a blue square"]), .init(id: 9, path: "narrow", references: ["thin"]),
  ])

  /// Of what color a photo is; `x` cannot be read and `narrow` not captioned.
  private static func evaluation(log: @escaping (String) -> Void = { _ in }) -> Evaluation {
    Evaluation(set) { path in
      log(path.string)
      if path == "x" { throw Unreadable(description: "x: cannot be read") }
      if path == "narrow" { throw Unreadable(description: "too narrow") }
      return "a \(path == "a" ? "red" : "blue") square"
    }
  }

  @Test("photos that fail are told and do not keep the others") func failures() {
    var loaded: [String] = []
    var events: [Evaluation.Event] = []
    let outcome = Self.evaluation { loaded.append($0) }.run(report: { events.append($0) })
    #expect(loaded == ["a", "x", "b", "narrow"])
    #expect(
      events == [
        .captioned(id: 7, text: "a red square", done: 1, total: 4),
        .failed(id: 3, reason: "x: cannot be read", done: 2, total: 4),
        .captioned(id: 5, text: "a blue square", done: 3, total: 4),
        .failed(id: 9, reason: "too narrow", done: 4, total: 4),
      ])
    #expect(outcome.isComplete && outcome.failures == ["x: cannot be read", "too narrow"])
    #expect(outcome.entries.map(\.id) == [7, 5] && outcome.entries[0].references == ["a red square", "red"])
    #expect(outcome.scores?.count == 2 && outcome.scores.map { abs($0.rougeL - 1) < 1e-9 } == true)
  }

  @Test("a stop, or a photo that was stopped at, keeps those before") func stop() {
    var asked = 0
    // Asked before each photo: the second time is before the second photo.
    let outcome = Self.evaluation().run(shouldStop: {
      asked += 1
      return asked >= 2
    })
    #expect(!outcome.isComplete && outcome.entries.map(\.id) == [7] && outcome.failures.isEmpty)
    let none = Self.evaluation().run(shouldStop: { true })
    #expect(!none.isComplete && none.entries.isEmpty && none.scores == nil)
    let dropped = Evaluation(Self.set) { path in
      if path == "b" { throw CancellationError() }
      return "red"
    }.run()
    #expect(!dropped.isComplete && dropped.entries.map(\.id) == [7, 3] && dropped.failures.isEmpty)
  }

  @Test("the set is the described photos in order, each where it is found first") func set() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("gaze-\(UUID().uuidString).json")
    defer { try? FileManager.default.removeItem(at: file) }
    let json = """
      {"images": [{"id": 4, "file_name": "d.jpg"}, {"id": 2, "file_name": "silent.jpg"}, {"id": 1, "file_name": "a.jpg"},
                  {"id": 8, "file_name": "lost.jpg"}, {"id": "x", "file_name": "/abs/x.jpg"}],
       "annotations": [{"image_id": 1, "caption": "an a"}, {"image_id": 4, "caption": "a d"},
                       {"image_id": 8, "caption": "gone"}, {"image_id": 4, "caption": "d"},
                       {"image_id": "x", "caption": "an x"}]}
      """
    try Data(json.utf8).write(to: file)
    let annotations = try CocoAnnotations(path: FilePath(file.path))
    func photos(_ limit: Int?) -> [EvaluationPhoto] {
      EvaluationSet(
        annotations, folders: ["p", "q"], limit: limit,
        exists: { ["q/a.jpg", "p/d.jpg", "q/d.jpg", "/abs/x.jpg"].contains($0) }
      ).photos
    }
    let all = [
      EvaluationPhoto(id: 4, path: "p/d.jpg", references: ["a d", "d"]),
      EvaluationPhoto(id: 1, path: "q/a.jpg", references: ["an a"]),
      EvaluationPhoto(id: 8, path: "p/lost.jpg", references: ["gone"]),
      EvaluationPhoto(id: "x", path: "/abs/x.jpg", references: ["an x"]),
    ]
    #expect(photos(nil) == all && photos(2) == Array(all[..<2]))
  }

  @Test("a network captions a photo as it does alone, once whatever the samples asked for") func network() throws {
    let captioner = try Captioner.random(
      CompactShape.tiny, inputSize: 16, width: 8, words: ["red", "green", "blue"])
    let photo = PixelImage(width: 4, height: 4, pixels: (0..<48).map { UInt8($0 * 5) })
    let settings = DecodingSettings(seed: 4, samples: 3)
    let alone = try captioner.captions(for: captioner.encode(photo), settings: settings)
    #expect(alone.count == 3)
    #expect(try Evaluation.caption(photo, with: captioner, settings) == alone[0].text)
    #expect(throws: CancellationError.self) {
      try Evaluation.caption(photo, with: captioner, settings) { true }
    }
  }

  @Test("unknown words are counted among words, not among the marks around them") func unknownShare() throws {
    let vocabulary = Vocabulary.build(captions: ["a dog runs"], maximumSize: 20)
    #expect(vocabulary.unknownShare(of: ["A dog!", "a cat sits"]) == 0.4)
    #expect(vocabulary.unknownShare(of: [String]()) == 0 && vocabulary.unknownShare(of: [""]) == 0)
  }

  @Test("results are COCO results, an entry a line, and are read back as written") func results() throws {
    let text = CocoResults.text([(id: 12, caption: "a \"dog\"\n\\"), (id: "a\"1", caption: "größer")])
    #expect(
      text == #"""
        [
        {"image_id":12,"caption":"a \"dog\"\n\\"},
        {"image_id":"a\"1","caption":"größer"}
        ]

        """#)
    #expect(CocoResults.text([(id: CocoID, caption: String)]()) == "[]\n")
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("gaze-\(UUID().uuidString).json")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(text.utf8).write(to: file)
    #expect(try CocoResults(path: FilePath(file.path)).captions == [12: "a \"dog\"\n\\", "a\"1": "größer"])
  }
}

@Suite("The work that benchmarks time is the real work")
struct TimedWorkTests {
  @Test("training steps learn: the loss falls") func training() throws {
    let work = try TrainStepWork(batch: 2, vocabulary: 30, width: 16)
    #expect((22...30).contains(work.words))
    let losses = (0..<8).map { _ in work() }
    #expect(losses.allSatisfy(\.isFinite) && losses[7] < losses[0])
    #expect(try TrainStepWork(batch: 2, vocabulary: 30, width: 16)() == losses[0])
  }

  @Test("encoding takes any batch of the network it is given, random networks have the size that ships")
  func encoding() throws {
    let captioner = try Captioner.random(CompactShape.tiny, inputSize: 16, width: 8, words: ["a"])
    var weights = RandomWeights(seed: 1)
    let work = EncodeWork(try ImageEncoder(captioner.description.encoder, weights: &weights), batch: 3)
    try work()
    #expect(work.description == captioner.description.encoder)
    #expect(try EncodeWork(.compact, batch: 1).description.compact == .standard)
  }

  @Test("a step of decoding touches every word's weights") func decoding() throws {
    let work = try DecodeWork(samples: 3, vocabulary: 40, width: 8)
    work()
    work(samples: 1)
    #expect(work.wordLayerBytes == 4 * (40 * 8 + 40))
  }
}
