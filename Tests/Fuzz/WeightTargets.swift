import Captioning
import Foundation
import Tensors
import TestSupport
import Training
import WeightFiles

/// Files of numbers: weights, Keras files, arrays, a cache of feature maps.
enum WeightTargets {
  /// - Parameter fixtures: the tests' folder of fixtures.
  static func all(fixtures: URL) -> [NamedTarget] {
    [
      ("safetensors", weights), ("hdf5", { try keras(fixtures.appending(path: "import")) }), ("npy", arrays),
      ("grids", grids), ("torch", { try torch(fixtures.appending(path: "transformers")) }),
    ]
      + [
        ("wordpiece", "blip", "tokenizer.json"), ("bytepairs", "vit-gpt2", "tokenizer.json"),
        ("merges", "vit-gpt2", "merges.txt"), ("vocab", "blip", "vocab.txt"), ("config", "blip", "config.json"),
      ].map { name, folder, file -> NamedTarget in
        (name, { try captioner(name, fixtures.appending(path: "transformers/\(folder)"), file) })
      }
  }

  /// Zip archives with a pickle.
  private static func torch(_ folder: URL) throws -> FuzzTarget {
    let files = try ["tensors.bin", "turned.bin", "hostile.bin"].map { name in
      (name: name, bytes: [UInt8](try Data(contentsOf: folder.appending(path: name))))
    }
    let scratch = ScratchFile("bin")
    return FuzzTarget(name: "torch", files: files) { bytes in
      scratch.outcome(bytes) { path in
        let file = try PyTorchFile(path: path)
        for name in file.names { _ = try file.bytes(name).reduce(0) { $0 &+ Int($1) } }
      }
    }
  }

  /// One file of a captioner's folder, which is then run.
  private static func captioner(_ name: String, _ folder: URL, _ file: String) throws -> FuzzTarget {
    let copy = try TinyRun.Folder()
    let isOld = file == "merges.txt" || file == "vocab.txt"
    let left = isOld ? ["tokenizer.json"] : []
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where !left.contains(name) {
      guard !name.hasSuffix(".npy"), name != "expected.json" else { continue }
      try copy.write([UInt8](try Data(contentsOf: folder.appending(path: name))), as: name)
    }
    // Words that the old files of a tokenizer do not name.
    if file == "vocab.txt" { try copy.write(Array(#"{"[DEC]": 123, "[ENC]": 124}"#.utf8), as: "added_tokens.json") }
    let whole = try copy.bytes(file)
    return FuzzTarget(name: name, files: [(name: file, bytes: whole)]) { bytes in
      do {
        try copy.write(bytes, as: file)
        let captioner = try Captioner(weightsAt: copy.path("config.json").removingLastComponent(), threads: 1)
        let encoder = captioner.description.encoder
        let photo = try captioner.encode(Tensor([1, encoder.height, encoder.width, 3]))
        _ = try captioner.captions(for: photo, settings: DecodingSettings(mode: .greedy, maxWords: 3))
        _ = try captioner.recited("a dog's café, 狗 😀 12½", for: photo)
        return .read
      } catch {
        return FuzzTarget.refusal(error)
      }
    }
  }

  /// A whole network, tiny, so that damage reaches its description and not only its numbers.
  private static func weights() throws -> FuzzTarget {
    let source = ScratchFile("source.safetensors")
    try TinyRun.writeNetwork(to: source.path)
    let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: source.path.string)))
    let scratch = ScratchFile("safetensors")
    return FuzzTarget(name: "safetensors", files: [("tiny.safetensors", whole)]) { bytes in
      scratch.outcome(bytes) { path in
        let captioner = try Captioner(weightsAt: path, threads: 1)
        let encoder = captioner.description.encoder
        // What a file asks for has to be affordable, also when it is given.
        let photo = try captioner.encode(Tensor([1, encoder.height, encoder.width, 3]))
        _ = try captioner.captions(for: photo, settings: DecodingSettings(mode: .beam(width: 2), maxWords: 4))
      }
    }
  }

  private static func keras(_ folder: URL) throws -> FuzzTarget {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".h5") }.sorted()
    let files = try names.map { (name: $0, bytes: [UInt8](try Data(contentsOf: folder.appending(path: $0)))) }
    let scratch = ScratchFile("h5")
    return FuzzTarget(name: "hdf5", files: files) { bytes in
      scratch.outcome(bytes) { path in
        let file = try HDF5File(path: path)
        try readAll(file.root, of: file)
      }
    }
  }

  /// Reads every tensor and attribute there is.
  private static func readAll(_ node: HDF5Node, of file: HDF5File) throws {
    _ = try file.strings("weight_names", of: node.path.isEmpty ? "/" : node.path)
    if let dataset = node.dataset, dataset.isFloat { _ = try file.tensor(node.path, shape: dataset.shape) }
    for child in node.children { try readAll(child, of: file) }
  }

  private static func arrays() -> FuzzTarget {
    let files = [[2, 3], [5], [1, 4, 4, 3]].map { shape in
      (name: "\(shape).npy", bytes: NumPyArray.encode(Tensor(shape)))
    }
    return FuzzTarget(name: "npy", files: files) { bytes in
      do {
        _ = try bytes.withUnsafeBytes { try NumPyArray.decode($0, name: "fuzz") }
        return .read
      } catch {
        return FuzzTarget.refusal(error, naming: "fuzz")
      }
    }
  }

  /// The index of a cache of feature maps, beside as many numbers as two photos have.
  private static func grids() throws -> FuzzTarget {
    let (encoder, shape) = (String(repeating: "ab", count: 32), CompactShape.tiny)
    let description = EncoderDescription(
      architecture: .compact, compact: shape, height: 8, width: 8, scaling: .symmetric, rows: 2, columns: 2,
      channels: shape.gridChannels)
    let folder = try TinyRun.Folder()
    let paths = ["1.png", "2.png"].map(folder.path)
    let photos = paths.map { FeatureCache.Wanted(path: $0, views: [.whole]) }
    func open() throws -> FeatureCache {
      try FeatureCache(folder: folder.path("cache"), encoder: encoder, description: description)
    }
    do {
      let cache = try open()
      try cache.append(Tensor([2, 2, 2, shape.gridChannels]), of: photos.flatMap(cache.keys))
    }
    let (index, data) = ("cache/grids-abababababababab.index", "cache/grids-abababababababab.f16")
    let (lines, numbers) = (try folder.bytes(index), try folder.bytes(data))
    return FuzzTarget(name: "grids", files: [("index", lines)]) { bytes in
      do {
        try folder.write(bytes, as: index)
        try folder.write(numbers, as: data)
        let features = try open().reader(of: photos)
        let room = Tensor(features.shape)
        let count = paths.count { features.copy($0, into: room.pointer) }
        return count > 0 ? .read : .refused
      } catch {
        return FuzzTarget.refusal(error, naming: folder.path("cache"))
      }
    }
  }
}
