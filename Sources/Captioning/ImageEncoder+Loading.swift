import SystemPackage
import Tensors

extension ImageEncoder {
  /// Loads the encoder of a weights file, whether a decoder is in it or not.
  /// - Parameters:
  ///   - path: a safetensors file written by `gaze train` or `gaze import`, or a Hugging Face folder.
  ///   - threads: sets how many the process's networks work with, this one's and all others'.
  /// - Throws: `WeightFileError` or `CaptioningError` when the file is missing, broken or not gaze's.
  public convenience init(weightsAt path: FilePath, threads: Int = ThreadPool.availableProcessors) throws {
    ThreadPool.configure(threads: threads)
    let encoder = try Networks.imageEncoder(at: path)
    self.init(encoder.description, encoder.network)
    Tensor.releaseUnusedMemory()
  }

  package convenience init(_ description: EncoderDescription, weights: inout some WeightSource) throws {
    self.init(description, try Networks.encoder(description.architecture).prepared(description, weights: &weights))
  }
}
