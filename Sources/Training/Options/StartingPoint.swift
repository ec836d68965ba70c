import Captioning
import Files
import Foundation
import SystemPackage
import Tensors
import WeightFiles

/// A weights file that a training run starts from, or whose encoder it builds on.
public struct StartingWeights: Sendable {
  public let description: ModelDescription
  let file: SafetensorsFile
  let sha256: String

  /// - Throws: `WeightFileError` or `CaptioningError` when the file is missing, broken or not gaze's.
  public init(path: FilePath) throws {
    file = try SafetensorsFile(path: path)
    description = try ModelDescription(file)
    sha256 = file.sha256()
  }

  /// The sizes of the encoder, to train it.
  /// - Throws: when it is not gaze's own compact one over square pixels in [−1, 1].
  func trainableEncoder() throws(CaptioningError) -> (shape: CompactShape, inputSize: Int) {
    let encoder = description.encoder
    guard let shape = encoder.compact, EncoderDescription(compact: shape, inputSize: encoder.height) == encoder else {
      throw .training(
        "\(file.path): only compact encoders of square pixels in [−1, 1] are trained; others can only stay frozen")
    }
    return (shape, encoder.height)
  }

  /// The file's name and the beginning of its SHA-256.
  var name: String { "\(FileName.name(file.path)) \(sha256.prefix(12))" }
}

/// What a new run's network is before its first step; random where a file is nil.
public struct StartingPoint: Sendable {
  public var encoder: StartingWeights?
  /// Its words and sizes are the run's.
  public var decoder: StartingWeights?

  public init(encoder: StartingWeights? = nil, decoder: StartingWeights? = nil) {
    self.encoder = encoder
    self.decoder = decoder
  }

  /// What weights that come of this owe to those it starts from: how the encoder came to be, under keys that begin with
  /// `encoder_`, and the file of the decoder.
  var lineage: [String: String] {
    var facts: [String: String] = [:]
    if let encoder {
      let alone = encoder.description.decoder == nil
      for (key, value) in encoder.description.provenance where alone || key.hasPrefix("encoder_") {
        facts[key.hasPrefix("encoder_") ? key : "encoder_" + key] = value
      }
      facts["encoder_file"] = encoder.name
    }
    if let decoder { facts["started_from"] = decoder.name }
    return facts
  }
}

/// An encoder that a run leaves as it is; its weights stay in their own file.
public struct FrozenEncoder: Sendable, Equatable, Codable {
  /// As text that leads to the file, from the root.
  private let path: String
  let sha256: String
  /// The file's, or that for photos of another size.
  public private(set) var description: EncoderDescription

  public var file: FilePath { FileName.path(path) }

  init(_ weights: StartingWeights) {
    // A run may be taken up again from another folder.
    path = FileName.text(weights.file.path.standardized)
    (sha256, description) = (weights.sha256, weights.description.encoder)
  }

  /// The same encoder for photos of another size, see `TrainingOptions.show`.
  mutating func show(inputSize: Int) throws(CaptioningError) { description = try description.showing(inputSize) }

  /// The file, if it is still the one the run began with.
  func open() throws -> SafetensorsFile {
    let weights = try SafetensorsFile(path: file)
    guard weights.sha256() == sha256 else {
      throw CaptioningError.training("\(file): not the encoder this run began with, expected SHA-256 \(sha256)")
    }
    let own = try ModelDescription(weights).encoder
    guard own == description || (try? own.showing(description.height)) == description else {
      throw CaptioningError.training("\(file): not the encoder that the checkpoint describes")
    }
    return weights
  }
}

extension TrainingOptions {
  /// Takes the sizes of what the run starts from.
  /// - Parameters:
  ///   - start: what the run starts from.
  ///   - freezesEncoder: leave the encoder as it is; any but a compact one must be.
  public mutating func adopt(_ start: StartingPoint, freezesEncoder: Bool) throws(CaptioningError) {
    if let encoder = start.encoder {
      let description = encoder.description.encoder
      if freezesEncoder || description.architecture != .compact {
        frozenEncoder = FrozenEncoder(encoder)
      } else {
        (shape, inputSize) = try encoder.trainableEncoder()
      }
    } else if freezesEncoder {
      throw .badOption("freezing the encoder: there is no weights file it comes from")
    }
    if let decoder = start.decoder?.description.decoder { self.decoder = decoder }
  }

  /// Shows a compact encoder photos of `inputSize` × `inputSize` pixels. Its feature map keeps its rows and columns, see
  /// `CompactShape.gridSide`: photos may be seen larger than the encoder was trained for (Touvron et al. 2019, *Fixing the
  /// train-test resolution discrepancy*), and maps stay what they are.
  public mutating func show(inputSize: Int) throws(CaptioningError) {
    if frozenEncoder == nil {
      let description = try encoderDescription.showing(inputSize)
      (shape, self.inputSize) = (description.compact!, inputSize)
    } else {
      try frozenEncoder!.show(inputSize: inputSize)
    }
  }
}

extension EncoderDescription {
  /// This compact encoder for square photos of another size, with as many regions as before.
  fileprivate func showing(_ inputSize: Int) throws(CaptioningError) -> EncoderDescription {
    guard var shape = compact, rows == columns else {
      throw .badOption("input size: only a compact encoder of square pixels takes another")
    }
    shape.gridSide = rows
    try shape.validate(inputSize: inputSize)
    if inputSize / shape.reduction == rows { shape.gridSide = nil }
    var description = self
    (description.compact, description.height, description.width) = (shape, inputSize, inputSize)
    return description
  }
}

/// The weights of a starting point, and random ones for the rest.
struct StartingWeightSource: WeightSource {
  let start: StartingPoint
  let random: RandomWeights

  func kernel(_ name: String, _ shape: [Int], gain: Float) throws -> Tensor {
    try file(name)?.tensor(name, shape: shape) ?? random.kernel(name, shape, gain: gain)
  }

  func constant(_ name: String, _ shape: [Int], _ value: Float) throws -> Tensor {
    try file(name)?.tensor(name, shape: shape) ?? random.constant(name, shape, value)
  }

  private func file(_ name: String) -> SafetensorsFile? {
    name.hasPrefix("encoder/") ? start.encoder?.file : start.decoder?.file
  }
}
