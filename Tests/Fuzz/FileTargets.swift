import Captioning
import Foundation
import Raster
import Terminal
import Tensors
import Training
import WeightFiles

/// Files other than pictures: weights, Keras files, arrays, annotations, themes, terminfo entries.
enum FileTargets {
  /// - Parameter fixtures: the tests' folder of fixtures.
  static func all(fixtures: URL) throws -> [FuzzTarget] {
    [
      try weights(), try keras(fixtures.appending(path: "import")), arrays(), annotations(), results(),
      try themes(fixtures.deletingLastPathComponent().deletingLastPathComponent().appending(path: "Themes")),
      try terminfo(),
    ]
  }

  /// A whole network, tiny, so that damage reaches its description and not only its numbers.
  private static func weights() throws -> FuzzTarget {
    var options = TrainingOptions()
    options.shape = CompactShape(
      stemKernel: 4, stemStride: 4, stemChannels: 2, blocks: [.init(channels: 2, stride: 2)], gridChannels: 2)
    options.inputSize = 32
    options.decoder.width = 2
    let source = ScratchFile("source.safetensors")
    var random = RandomWeights(seed: 1)
    try TrainableCaptioner(
      options: options, vocabulary: .build(captions: ["a dog and a cat run"], maximumSize: 12), weights: &random
    ).export(options: options, provenance: ["note": "made for fuzzing"], to: source.path)
    let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: source.path.string)))
    let scratch = ScratchFile("safetensors")
    return FuzzTarget(name: "safetensors", files: [("tiny.safetensors", whole)]) { bytes in
      scratch.outcome(bytes) { path in
        let file = try SafetensorsFile(path: path)
        let description = try ModelDescription(file)
        // What a file may ask for in memory is another matter than whether it is read rightly.
        guard description.encoder.height <= 512, description.encoder.width <= 512 else { return }
        _ = try Captioner(weightsAt: path, threads: 1)
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

  private static func annotations() -> FuzzTarget {
    let text = """
      {"info":{"year":2014},"images":[{"id":1,"file_name":"a.jpg"},{"id":22,"file_name":"\\u00e9\\ud83d\\ude00.jpg"}],
      "annotations":[{"id":7,"image_id":1,"caption":"A dog."},{"id":8,"image_id":22,"caption":"two \\"cats\\""}]}
      """
    let scratch = ScratchFile("annotations.json")
    return FuzzTarget(name: "annotations", files: [("annotations.json", Array(text.utf8))]) { bytes in
      scratch.outcome(bytes) { _ = try CocoAnnotations(path: $0) }
    }
  }

  private static func results() -> FuzzTarget {
    let text = #"[{"image_id":1,"caption":"a dog"},{"image_id":22,"caption":"two cats \u00e9"}]"#
    let scratch = ScratchFile("results.json")
    return FuzzTarget(name: "results", files: [("results.json", Array(text.utf8))]) { bytes in
      scratch.outcome(bytes) { _ = try CocoResults(path: $0) }
    }
  }

  private static func themes(_ folder: URL) throws -> FuzzTarget {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".toml") }
      .sorted()
    let files = try names.map { (name: $0, bytes: [UInt8](try Data(contentsOf: folder.appending(path: $0)))) }
    return FuzzTarget(name: "theme", files: files) { bytes in
      do {
        _ = try Theme(
          toml: String(decoding: bytes, as: UTF8.self), path: "fuzz", colormaps: Colormap.all.map(\.name))
        return .read
      } catch {
        return FuzzTarget.refusal(error, naming: "fuzz")
      }
    }
  }

  private static func terminfo() throws -> FuzzTarget {
    FuzzTarget(name: "terminfo", files: [("built-in", TerminfoEntry.builtIn.serialized())]) { bytes in
      guard let entry = TerminfoEntry(data: bytes) else { return .refused }
      return entry.forDrawing() == nil ? .refused : .read
    }
  }
}
