import Foundation
import Raster
import SystemPackage
import TestSupport
import Testing

@testable import Captioning
@testable import Tensors
@testable import WeightFiles

@Suite("Folders that cannot be run are refused in one line that says what, where and what was expected")
struct BadFolderTests {
  /// - Returns: the error's line.
  private func refusal(_ path: FilePath) throws -> String {
    let error = try #require(throws: (any Error).self) { try Captioner(weightsAt: path) }
    let line = "\(error)"
    #expect(line.contains("\(path)") && !line.contains("\n"), "\(line)")
    return line
  }

  private func expect(_ folder: ChangedFolder, _ says: String) throws {
    let line = try refusal(folder.path)
    #expect(line.contains(says), "\(line)")
  }

  @Test(
    "other networks by their names",
    arguments: [
      ("git", "GIT (git)"), ("blip-2", "BLIP-2 (blip-2)"), ("florence2", "Florence-2 (florence2)"),
      ("bert", "\"bert\""),
    ])
  func networks(type: String, name: String) throws {
    // As such folders are: their weights need not be looked at.
    let folder = try ChangedFolder(
      "blip", files: ["config.json": #"{"model_type": "\#(type)"}"#, "model.safetensors": nil])
    try expect(
      folder, "its config.json says \(name), which is not supported; expected blip or vision-encoder-decoder")
  }

  @Test("a BLIP of another task, and encoders and decoders of other kinds") func kinds() throws {
    try expect(
      ChangedFolder(
        "blip", files: ["config.json": #"{"model_type": "blip", "architectures": ["BlipForImageTextRetrieval"]}"#]),
      "it is BlipForImageTextRetrieval, expected BlipForConditionalGeneration")
    try expect(
      ChangedFolder(
        "vit-gpt2",
        files: ["config.json": #"{"model_type": "vision-encoder-decoder", "encoder": {"model_type": "swin"}}"#]),
      "config.json: encoder.model_type: expected vit or deit, found \"swin\"")
  }

  @Test(
    "missing files",
    arguments: [
      ("blip", ["config.json"], "a folder without config.json"),
      (
        "blip", ["model.safetensors"],
        "expected model.safetensors, model.safetensors.index.json or pytorch_model.bin, found none of them"
      ),
      (
        "blip", ["processor_config.json"],
        "expected preprocessor_config.json or processor_config.json, found neither"
      ),
      ("blip", ["tokenizer.json", "vocab.txt"], "vocab.txt"),
      ("vit-gpt2", ["tokenizer.json", "merges.txt"], "merges.txt"),
    ])
  func missing(folder: String, files: [String], says: String) throws {
    try expect(ChangedFolder(folder, files: Dictionary(uniqueKeysWithValues: files.map { ($0, nil) })), says)
  }

  @Test("missing tensors and wrong shapes, by name") func tensors() throws {
    let name = "text_decoder.bert.encoder.layer.2.crossattention.self.value.weight"
    try expect(
      ChangedFolder("blip") { $0[name] = nil }, "there is no tensor \"\(name)\"")
    try expect(
      ChangedFolder("blip") { $0[name] = Tensor([48, 40]) },
      "tensor \"\(name)\": expected shape [48, 48], found [48, 40]")
  }

  @Test("sizes in config.json that cannot be") func sizes() throws {
    let text = try String(contentsOf: Fixtures.url("transformers/blip/config.json"), encoding: .utf8)
    for (old, new, says) in [
      (#""num_hidden_layers": 3"#, #""num_hidden_layers": 0"#, "num_hidden_layers: expected a whole number from 1 to"),
      (#""num_attention_heads": 4"#, #""num_attention_heads": 5"#, "num_attention_heads: expected a divisor of 48"),
      (#""image_size": 64"#, #""image_size": 65"#, "image_size: expected a multiple of the patches' 16 pixels"),
      (#""image_size": 64"#, #""image_size": 1e99"#, "image_size: expected a whole number from 1 to"),
      (#""hidden_act": "gelu""#, #""hidden_act": "relu""#, "hidden_act: expected gelu"),
    ] {
      #expect(text.contains(old))
      try expect(ChangedFolder("blip", files: ["config.json": text.replacing(old, with: new)]), says)
    }
    try expect(ChangedFolder("blip", files: ["config.json": "[1]"]), "config.json: the file: expected a JSON object")
  }

  @Test("NaN among the weights: by tensor where it is read at the start, else as soon as it comes out") func numbers()
    throws
  {
    let norm = "vision_model.post_layernorm.weight"
    try expect(
      ChangedFolder("blip") { $0[norm]!.pointer[3] = .nan },
      "tensor \"\(norm)\": expected finite numbers, found nan as number 4 of 48")
    let photo = try ImageDecoder.decode(path: Fixtures.path("transformers/small.png"))
    for (tensor, says) in [
      ("vision_model.encoder.layers.0.mlp.fc1.weight", "blip: the photo's features are not finite numbers"),
      (
        "text_decoder.bert.encoder.layer.1.output.dense.weight", "blip: the words' probabilities are not finite numbers"
      ),
    ] {
      let folder = try ChangedFolder("blip") { $0[tensor]!.pointer[7] = .nan }
      let captioner = try Captioner(weightsAt: folder.path)
      for mode in [DecodingSettings.Mode.greedy, .sample, .beam(width: 2)] {
        let error = try #require(throws: CaptioningError.self) {
          try captioner.captions(for: captioner.encode(photo), settings: DecodingSettings(mode: mode, maxWords: 3))
        }
        #expect(error.description.hasPrefix(says), "\(error)")
      }
    }
  }

  @Test("a shard that ends early, is missing, or lacks what the index promises") func shards() throws {
    let folder = try ChangedFolder("blip", files: ["model.safetensors": nil])
    let file = try SafetensorsFile(path: Fixtures.path("transformers/blip/model.safetensors"))
    let halves = [file.names.filter { $0.hasPrefix("vision") }, file.names.filter { !$0.hasPrefix("vision") }]
    let names = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]
    for (name, tensors) in zip(names, halves) {
      try writeSafetensors(
        tensors.filter { file.info($0)?.dtype == .float32 }.map { NamedTensor($0, try file.tensor($0)) },
        to: folder.path.appending(name))
    }
    func index(_ extra: String = "") throws {
      let pairs = zip(names, halves).flatMap { name, tensors in tensors.map { "\"\($0)\":\"\(name)\"" } }
      try Data("{\"weight_map\":{\(pairs.joined(separator: ","))\(extra)}}".utf8)
        .write(to: URL(fileURLWithPath: folder.path.appending("model.safetensors.index.json").string))
    }
    try index()
    let whole = try Captioner(weightsAt: Fixtures.path("transformers/blip"))
    let sharded = try Captioner(weightsAt: folder.path)
    let photo = try ImageDecoder.decode(path: Fixtures.path("transformers/small.png"))
    #expect(try sharded.encode(photo).features.regions.values == whole.encode(photo).features.regions.values)
    try index(",\"lost\":\"\(names[0])\"")
    #expect(try refusal(folder.path).contains("there is no tensor \"lost\""))
    try index(",\"lost\":\"../x.safetensors\"")
    #expect(try refusal(folder.path).contains("weight_map: expected names of files beside it"))
    try index()
    let second = URL(fileURLWithPath: folder.path.appending(names[1]).string)
    let bytes = try Data(contentsOf: second)
    try bytes.dropLast(100).write(to: second)
    #expect(try refusal(folder.path).contains(names[1]))
    try FileManager.default.removeItem(at: second)
    #expect(try refusal(folder.path).contains("\(names[1]): No such file"))
  }

  @Test("a pickle that would run a program") func pickle() throws {
    let folder = try ChangedFolder("blip", files: ["model.safetensors": nil])
    try FileManager.default.copyItem(
      atPath: Fixtures.path("transformers/hostile.bin").string,
      toPath: folder.path.appending("pytorch_model.bin").string)
    let line = try refusal(folder.path)
    #expect(line.contains("pytorch_model.bin: data.pkl, byte "))
    #expect(
      line.contains(#"expected nothing called but what rebuilds tensors, found a call of "posix system""#), "\(line)")
  }

  @Test("tokenizers of another network") func tokenizers() throws {
    let bytePairs = try String(contentsOf: Fixtures.url("transformers/vit-gpt2/tokenizer.json"), encoding: .utf8)
    try expect(
      ChangedFolder("blip", files: ["tokenizer.json": bytePairs]),
      "tokenizer.json: model.type: expected WordPiece, found \"BPE\"")
    let words = try String(contentsOf: Fixtures.url("transformers/blip/vocab.txt"), encoding: .utf8)
    try expect(
      ChangedFolder(
        "blip",
        files: ["tokenizer.json": nil, "vocab.txt": words + (0..<20).map { "more\($0)\n" }.joined()]),
      "expected a token below 125, the network's vocab_size, found 125")
    try expect(
      ChangedFolder("blip", files: ["tokenizer.json": nil, "vocab.txt": words.replacing("[UNK]", with: "[X]")]),
      "vocab.txt: the pieces: expected [UNK] among them, found none")
    try expect(ChangedFolder("blip", files: ["tokenizer.json": #"{"model": {"type": "Wor"#]), "tokenizer.json: byte")
  }
}
