import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Captioning
@testable import Training

@Suite("COCO files")
struct AnnotationsTests {
  /// Runs `body` with a file of that text.
  private func withFile<R>(_ text: String, _ body: (FilePath) throws -> R) throws -> R {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("gaze-\(UUID().uuidString).json")
    try Data(text.utf8).write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    return try body(FilePath(url.path))
  }

  @Test("photos keep the file's order and captions theirs") func read() throws {
    let text = #"""
      {"info": {"a": [1, {"b": null}]}, "annotations": [
        {"id": 1, "image_id": 7, "caption": "one"}, {"image_id": 3, "id": 2, "caption": "caf\u00e9 \"x\""},
        {"id": 3, "image_id": 7, "caption": "two"}],
       "images": [{"id": 7, "file_name": "b.jpg", "width": 2.5e2}, {"file_name": "a/é.jpg", "id": 3}, {"id": 4, "file_name": "c"}]}
      """#
    let annotations = try withFile(text) { try CocoAnnotations(path: $0) }
    #expect(annotations.photos.map(\.id) == [7, 3, 4])
    #expect(annotations.photos.map(\.fileName) == ["b.jpg", "a/é.jpg", "c"])
    #expect(annotations.photos.map(\.captions) == [["one", "two"], ["café \"x\""], []])
    #expect(annotations.captionCount == 3)
  }

  @Test(
    "what is wrong is named with its place",
    arguments: [
      ("", "byte 0: expected an object"), ("[]", "expected an object"),
      ("{}", "images: expected a list, found no such key"),
      (#"{"images":[]}"#, "annotations: expected a list"), (#"{"images":[],"images":[]}"#, "found a second"),
      (#"{"images":[{"id":1}]}"#, "images[0]: expected \"id\" and \"file_name\""),
      (#"{"images":[{"id":1.5,"file_name":"a"}]}"#, "expected a whole number, found 1.5"),
      (#"{"images":[{"id":1e400,"file_name":"a"}]}"#, "expected a whole number, found 1e400"),
      (#"{"images":[{"id":18446744073709551616,"file_name":"a"}]}"#, "found 18446744073709551616"),
      (#"{"images":[{"id":null,"file_name":"a"}]}"#, "byte 17: expected a whole number or a string, found null"),
      (#"{"images":[{"id":[1],"file_name":"a"}]}"#, "expected a whole number or a string, found array"),
      (
        #"{"images":[{"id":"a\n","file_name":"a"},{"id":"a\n","file_name":"b"}],"annotations":[]}"#,
        #"found "a\n" again"#
      ),
      (
        #"{"images":[{"id":1,"file_name":"a"}],"annotations":[{"image_id":"1","caption":"a"}]}"#, #"found image_id "1""#
      ),
      (
        #"{"images":[{"id":1,"file_name":"a"},{"id":1,"file_name":"b"}],"annotations":[]}"#,
        "images[1]: expected an id of its own, found 1 again"
      ),
      (
        #"{"images":[],"annotations":[{"image_id":5,"caption":"a"}]}"#,
        "annotations[0]: expected the id of an image in the file, found image_id 5"
      ),
      (#"{"images":[],"annotations":[{"image_id":5,"caption":null}]}"#, "expected a string"),
      (#"{"images":[],"annotations":[]} x"#, "expected the end"), (#"{"images":["#, "found the end"),
    ]) func refused(text: String, says: String) throws
  {
    try withFile(text) { path in
      let error = #expect(throws: CaptioningError.self) { try CocoAnnotations(path: path) }
      let line = try #require(error).description
      #expect(line.hasPrefix(path.string) && line.contains(says), "\(line)")
    }
  }

  @Test("what is wrong is told in a short line, however long it is") func short() throws {
    let (digits, name) = (String(repeating: "7", count: 10_000), String(repeating: "n", count: 10_000))
    let deep = String(repeating: "[", count: 100_000)
    for text in [
      "{\"images\":[{\"id\":\(digits)}]}",
      "{\"images\":[],\"annotations\":[{\"image_id\":\"\(name)\",\"caption\":\"\"}]}",
      "{\"info\":\(deep)", deep,
    ] {
      try withFile(text) { path in
        let error = #expect(throws: CaptioningError.self) { try CocoAnnotations(path: path) }
        let line = try #require(error).description
        #expect(line.count < path.length + 200)
      }
    }
  }

  @Test("ids are numbers or strings, kept apart, and strings are equal when their code points are") func ids() throws {
    let text = #"""
      {"images": [{"id": 1, "file_name": "a"}, {"id": "1", "file_name": "b"}, {"id": "\u00e9", "file_name": "c"},
                  {"id": "e\u0301", "file_name": "d"}, {"id": "", "file_name": "e"}],
       "annotations": [{"image_id": "1", "caption": "text"}, {"image_id": 1, "caption": "number"},
                       {"image_id": "e\u0301", "caption": "parts"}]}
      """#
    let photos = try withFile(text) { try CocoAnnotations(path: $0).photos }
    #expect(photos.map(\.id) == [1, "1", "\u{e9}", "e\u{301}", ""])
    #expect(photos.map(\.captions) == [["number"], ["text"], [], ["parts"], []])
    let results = #"[{"image_id": "1", "caption": "a"}, {"image_id": 1, "caption": "b"}]"#
    #expect(try withFile(results) { try CocoResults(path: $0).captions } == ["1": "a", 1: "b"])
  }

  @Test("file names are not read where none are needed") func withoutNames() throws {
    let text = #"{"images": [{"id": 1}, {"id": 2, "file_name": null}], "annotations": []}"#
    let photos = try withFile(text) { try CocoAnnotations(path: $0, withFileNames: false).photos }
    #expect(photos.map(\.id) == [1, 2] && photos.map(\.fileName) == ["", ""])
    let nameless = #"{"images": [{"file_name": "a"}], "annotations": []}"#
    let error = try withFile(nameless) { path in
      #expect(throws: CaptioningError.self) { try CocoAnnotations(path: path, withFileNames: false) }
    }
    let line = try #require(error).description
    #expect(line.contains("images[0]: expected \"id\""))
  }

  @Test("an absolute file name is used as it is, others are looked for in each folder") func paths() {
    func paths(_ name: String) -> [FilePath] {
      AnnotatedPhoto(id: 1, fileName: name, captions: []).paths(in: ["p", "/q"])
    }
    #expect(paths("/abs/a.jpg") == ["/abs/a.jpg"])
    #expect(paths("sub/a.jpg") == ["p/sub/a.jpg", "/q/sub/a.jpg"])
  }

  @Test("a missing file is named") func missing() {
    let error = #expect(throws: CaptioningError.self) { try CocoAnnotations(path: "none.json") }
    #expect(error?.description == "cannot open none.json: No such file or directory")
  }

  @Test("results give one caption a photo") func results() throws {
    let good = #"[{"image_id": 2, "caption": "a", "extra": 1}, {"caption": "b", "image_id": 1}]"#
    #expect(try withFile(good) { try CocoResults(path: $0).captions } == [2: "a", 1: "b"])
    for bad in [#"[{"image_id":1,"caption":"a"},{"image_id":1,"caption":"b"}]"#, #"[{"image_id":1}]"#, "{}"] {
      _ = try withFile(bad) { path in #expect(throws: CaptioningError.self) { try CocoResults(path: path) } }
    }
  }
}
