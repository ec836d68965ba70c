import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Captioning
@testable import Tensors
@testable import WeightFiles

@Suite("A weights file says everything needed to run it")
struct ModelDescriptionTests {
  private let compact = ModelDescription(
    encoder: EncoderDescription(
      architecture: .compact, compact: .standard, height: 256, width: 256, scaling: .symmetric, rows: 8, columns: 8,
      channels: 512),
    decoder: DecoderDescription(width: 512, initialState: .pooledGrid),
    vocabulary: ["", "[UNK]", "a", "<start>", "<end>", "it's", "caf\u{e9}", "\"\\\u{1}"],
    provenance: ["data": "Flickr8k", "license": "see \"README\"\n", "epochs": "12"])
  private let inception = ModelDescription(
    encoder: EncoderDescription(
      architecture: .inceptionResNetV2, height: 299, width: 299, scaling: .unit, rows: 8, columns: 8, channels: 1536),
    decoder: DecoderDescription(width: 512, initialState: .zeros),
    vocabulary: ["", "[UNK]", "a", "<start>", "<end>"])

  private var encoderAlone: ModelDescription { ModelDescription(encoder: inception.encoder, provenance: ["a": "b"]) }

  @Test("a description comes back from a file as it was") func roundTrip() throws {
    let forms = DecoderDescription.everyForm(width: 24).map { form in
      var description = compact
      description.decoder = form
      return description
    }
    for description in forms + [compact, inception, encoderAlone] {
      let folder = try TemporaryFolder()
      let path = folder.path("w.safetensors")
      try writeSafetensors([NamedTensor("a", Tensor([1]))], metadata: description.metadata, to: path)
      #expect(try ModelDescription(SafetensorsFile(path: path)) == description)
    }
  }

  @Test("keys and values are readable without gaze") func readable() {
    let map = compact.metadata
    #expect(map["format"] == "gaze" && map["format_version"] == "1")
    #expect(map["input_size"] == "256x256" && map["grid"] == "8x8x512" && map["pixel_scaling"] == "symmetric")
    #expect(map["resize"] == "bilinear, half-pixel centres, no antialiasing")
    #expect(map["decoder"] == #"{"initialState":"pooled_grid","width":512}"#)
    #expect(map["provenance"] == #"{"data":"Flickr8k","epochs":"12","license":"see \"README\"\n"}"#)
  }

  @Test(
    "a file from elsewhere, or one that contradicts itself, is refused in one line",
    arguments: [
      ("format", nil, "\"format\" is missing"), ("format", "pt", "\"format\" is \"pt\", expected \"gaze\""),
      ("format_version", "2", "expected \"1\""), ("encoder", nil, "\"encoder\" is missing"),
      ("encoder", "{", "\"encoder\""), ("encoder", "{}", "\"architecture\" is missing"),
      ("encoder", #"{"architecture":"vgg"}"#, "architecture: Cannot initialize"),
      ("decoder", #"{"width":"x","initialState":"zeros"}"#, "width: the wrong kind of value"),
      ("decoder", #"{"width":8,"initialState":"zeros","query":"x"}"#, "query: Cannot initialize"),
      ("decoder", #"{"width":-1,"initialState":"zeros"}"#, "a size of -1"),
      ("decoder", #"{"width":9223372036854775807,"initialState":"zeros"}"#, "expected 1…65536"),
      ("grid", "7x7x512", "expected \"8x8x512\""), ("input_size", nil, "\"input_size\" is missing"),
      ("resize", "bicubic", "\"resize\" is \"bicubic\""), ("vocabulary", "[", "\"vocabulary\", byte 1"),
      ("vocabulary", "[1]", "expected a string"), ("vocabulary", #"["a"]"#, "vocabulary: expected \"\" and \"[UNK]\""),
      ("vocabulary", #"["","[UNK]","<start>","<end>"]"#, "no words"), ("provenance", "[]", "expected an object"),
      ("provenance", #"{"a":1}"#, "expected a string"),
    ] as [(String, String?, String)]) func refused(key: String, value: String?, says: String) throws
  {
    var map = compact.metadata
    map[key] = value
    let error = #expect(throws: CaptioningError.self) { try ModelDescription(metadata: map, path: "w") }
    let line = try #require(error).description
    #expect(line.hasPrefix("w: not a gaze weights file: ") && line.contains(says) && !line.contains("\n"), "\(line)")
  }

  @Test("an encoder alone has no decoder and no vocabulary, and half a decoder is refused")
  func encoderWithoutDecoder() {
    #expect(encoderAlone.metadata["decoder"] == nil && encoderAlone.metadata["vocabulary"] == nil)
    for key in ["decoder", "vocabulary"] {
      var map = inception.metadata
      map[key] = nil
      let error = #expect(throws: CaptioningError.self) { try ModelDescription(metadata: map, path: "w") }
      #expect(error?.description == "w: not a gaze weights file: \"\(key)\" is missing from its metadata")
    }
  }

  @Test("an InceptionResNetV2 whose input and grid do not fit together is refused") func inceptionContradictions() {
    let changes: [(inout EncoderDescription) -> Void] = [
      { $0.rows = 9 }, { $0.channels = 1535 }, { $0.width = 400 }, { $0.height = 74 },
    ]
    for change in changes {
      var description = inception
      change(&description.encoder)
      #expect(throws: CaptioningError.self) { try ModelDescription(metadata: description.metadata, path: "w") }
    }
  }

  @Test("an input, or what a layer gives, that would take all memory is refused") func memory() {
    func refusal(_ of: ModelDescription, _ change: (inout EncoderDescription) -> Void) -> String? {
      var description = of
      change(&description.encoder)
      do { _ = try ModelDescription(metadata: description.metadata, path: "w") } catch { return error.description }
      return nil
    }
    #expect(refusal(compact) { ($0.height, $0.rows) = (2048, 64) } == nil)
    #expect(
      refusal(compact) { ($0.height, $0.rows) = (2080, 65) }?.hasSuffix("a side of 2080, expected at most 2048") == true
    )
    #expect(refusal(inception) { $0.width = 65_536 }?.hasSuffix("a side of 65536, expected at most 2048") == true)
    let wide = refusal(compact) { encoder in
      (encoder.height, encoder.width, encoder.rows, encoder.columns) = (2048, 2048, 64, 64)
      encoder.compact?.blocks[0].channels = 65_536
    }
    #expect(wide?.hasSuffix("a layer gives 17179869184 numbers, expected at most 33554432") == true)
  }

  @Test("a compact encoder may give fewer regions than its layers do, and its file says so") func gridSide() throws {
    var description = compact
    (description.encoder.height, description.encoder.width, description.encoder.compact!.gridSide) = (320, 320, 8)
    let metadata = description.metadata
    #expect(metadata["input_size"] == "320x320" && metadata["grid"]?.hasPrefix("8x8x") == true)
    #expect(try ModelDescription(metadata: metadata, path: "w") == description)
    // What has none is written as it always was.
    #expect(compact.metadata["encoder"]?.contains("gridSide") == false)
  }

  @Test("a compact encoder whose sizes do not fit together is refused") func contradictions() {
    let changes: [(inout EncoderDescription) -> Void] = [
      { $0.compact = nil }, { $0.compact?.gridChannels = 256 }, { $0.compact?.blocks[0].stride = 3 },
      { $0.compact?.stemStride = 0 }, { $0.rows = 9 }, { $0.height = 255 }, { $0.compact?.blocks[0].stride = 2 },
      { $0.compact?.blocks = Array(repeating: .init(channels: 1, stride: 2), count: 70) },
      { $0.compact?.stemChannels = 1 << 40 }, { $0.compact?.gridSide = 7 },
      { ($0.compact!.gridSide, $0.rows, $0.columns) = (9, 9, 9) },
      { ($0.compact!.gridSide, $0.rows, $0.columns) = (0, 0, 0) },
      { ($0.compact!.gridSide, $0.rows) = (4, 4) }, { ($0.compact!.gridSide, $0.height) = (8, 257) },
    ]
    for change in changes {
      var description = compact
      change(&description.encoder)
      #expect(throws: CaptioningError.self) { try ModelDescription(metadata: description.metadata, path: "w") }
    }
  }
}
