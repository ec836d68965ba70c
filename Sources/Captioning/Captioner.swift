import Raster
import Tensors

/// A photo as the decoder sees it; made once per photo, decoded from as often as settings change.
public struct EncodedImage: Sendable {
  /// The encoder's own output, `[1, rows, columns, channels]`.
  public let grid: Tensor
  /// The grid after the decoder's projection, `[N, D]`.
  let cells: Tensor
}

/// A captioning network ready to run. Safe to use from several threads; each call uses up to `threads` of them.
public final class Captioner: Sendable {
  public let description: ModelDescription
  /// The weights file's name without its extension.
  public let name: String
  /// Lower-case hexadecimal SHA-256 of the weights file.
  public let sha256: String

  /// Loads a weights file.
  /// - Parameter path: a safetensors file written by `gaze train` or `gaze import`.
  /// - Throws: `WeightFileError` when the file is missing, broken or not gaze's.
  public convenience init(weightsAt path: String, threads: Int) throws {
    fatalError("not there yet")
  }

  /// The encoder's grid for one photo.
  /// - Parameter isCancelled: asked between layers; when true the call throws `CancellationError`.
  public func encode(_ image: PixelImage, isCancelled: () -> Bool = { false }) throws -> EncodedImage {
    fatalError("not there yet")
  }

  /// Draws captions for an encoded photo: `settings.samples` of them, or one for greedy and beam.
  ///
  /// The same weights, photo, settings and seed give the same captions on any number of threads, drawn alone or
  /// together with others.
  public func captions(
    for image: EncodedImage, settings: DecodingSettings, isCancelled: () -> Bool = { false }
  ) throws -> [Caption] {
    fatalError("not there yet")
  }

  init(description: ModelDescription, name: String, sha256: String) {
    self.description = description
    self.name = name
    self.sha256 = sha256
  }
}
