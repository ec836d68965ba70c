import Foundation
import Raster
import SystemPackage
import TestSupport
import Testing

@testable import Captioning
@testable import Tensors
@testable import WeightFiles

@Suite("A captioner's folder as one file") struct FolderImportTests {
  private static let all = HuggingFaceFolderTests.folders.flatMap { folder in
    [(folder, FolderImport.Precision?.none), (folder, .float16), (folder, .bfloat16)]
  }

  private func picture() throws -> PixelImage { try ImageDecoder.decode(path: Fixtures.path("transformers/wide.png")) }

  /// The numbers as they come back from a precision.
  private func rounded(_ tensor: Tensor, _ precision: FolderImport.Precision?) -> [Float] {
    switch precision {
    case nil: tensor.values
    case .float16: tensor.values.map { Float(Float16($0)) }
    case .bfloat16:
      tensor.values.map { value in
        let bits = value.bitPattern
        return Float(bitPattern: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) & 0xFFFF_0000)
      }
    }
  }

  @Test("holds every tensor the network uses, to the bit or rounded to nearest, and half as large", arguments: all)
  func tensors(folder: String, precision: FolderImport.Precision?) throws {
    let place = try TemporaryFolder()
    let (source, path) = (Fixtures.path("transformers/\(folder)"), place.path("one.safetensors"))
    let imported = try FolderImport(folder: source)
    try imported.write(to: path, precision: precision)
    let before = try SafetensorsFile(path: source.appending("model.safetensors"))
    let after = try SafetensorsFile(path: path)
    var count = 0
    for name in after.names {
      let info = try #require(before.info(name))
      #expect(after.info(name)?.shape == info.shape)
      let wanted = rounded(try before.tensor(name), info.shape.count > 1 ? precision : nil)
      #expect(try after.tensor(name).values == wanted, "\(name)")
      count += info.count
    }
    #expect(count == imported.parameterCount && count > 100_000)
    func bytes(_ isWanted: (Int) -> Bool) -> Int {
      after.names.compactMap(after.info).filter { isWanted($0.shape.count) }.reduce(0) { $0 + $1.byteRange.count }
    }
    let (matrices, vectors) = (bytes { $0 > 1 }, bytes { $0 == 1 })
    #expect(matrices == (precision == nil ? 4 : 2) * (count - vectors / 4) && vectors < matrices / 10)
  }

  @Test("gives the folder's captions and features, equal up to the precision", arguments: all)
  func results(folder: String, precision: FolderImport.Precision?) throws {
    let place = try TemporaryFolder()
    let (source, path) = (Fixtures.path("transformers/\(folder)"), place.path("one.safetensors"))
    try FolderImport(folder: source).write(to: path, precision: precision)
    let (whole, one) = (try Captioner(weightsAt: source), try Captioner(weightsAt: path))
    #expect(one.description.encoder == whole.description.encoder)
    #expect(one.description.transformer == whole.description.transformer && one.description.transformer != nil)
    #expect(one.description.provenance["imported_from"] == folder)
    #expect(one.description.provenance["precision"] == precision?.rawValue)
    let (first, second) = (try whole.encode(picture()), try one.encode(picture()))
    let largest = first.features.regions.values.map(abs).max()!
    let off = zip(first.features.regions.values, second.features.regions.values).map { abs($0 - $1) }.max()! / largest
    switch precision {
    case nil: #expect(off == 0)
    case .float16: #expect(off < 4e-3, "\(off)")
    case .bfloat16: #expect(off < 4e-2, "\(off)")
    }
    #expect(try ImageEncoder(weightsAt: path).encode(picture()).regions.values == second.features.regions.values)
    guard precision == nil else { return }
    let settings = DecodingSettings(seed: 3, samples: 2, maxWords: 6, prompt: "a picture of")
    #expect(try one.captions(for: second, settings: settings) == whole.captions(for: first, settings: settings))
  }

  @Test("old files of a tokenizer and of the image processing go into it too") func oldFiles() throws {
    let place = try TemporaryFolder()
    let source = Fixtures.path("transformers/vit-gpt2")
    let old = place.path("old")
    try FileManager.default.createDirectory(atPath: old.string, withIntermediateDirectories: true)
    for name in ["config.json", "preprocessor_config.json", "vocab.json", "merges.txt", "model.safetensors"] {
      try FileManager.default.copyItem(
        atPath: source.appending(name).string, toPath: old.appending(name).string)
    }
    try FolderImport(folder: old).write(to: place.path("one.safetensors"), precision: nil)
    let (whole, one) = (try Captioner(weightsAt: source), try Captioner(weightsAt: place.path("one.safetensors")))
    #expect(one.text.tokens("a dog's café") == whole.text.tokens("a dog's café"))
    #expect(one.description.vocabulary == whole.description.vocabulary)
  }

  @Test("a number too large for the precision, or none at all, is refused by its tensor; no file is left")
  func numbers()
    throws
  {
    let place = try TemporaryFolder()
    let name = "text_decoder.bert.encoder.layer.1.output.dense.weight"
    for (value, says) in [
      (Float(70_000), "tensor \"\(name)\": 1 numbers are too large for float16"),
      (.nan, "tensor \"\(name)\": expected finite numbers"),
    ] {
      let folder = try ChangedFolder("blip") { tensors in tensors[name]!.pointer[5] = value }
      let error = #expect(throws: WeightFileError.self) {
        try FolderImport(folder: folder.path).write(to: place.path("x.safetensors"), precision: .float16)
      }
      #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
      #expect(!place.path("x.safetensors").exists)
    }
  }
}
