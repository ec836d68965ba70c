import Files
import Foundation
import WeightFiles

extension SafetensorsFile {
  /// A fingerprint of the encoder in a weights file alone, 64 hexadecimal digits: of its description and of its tensors'
  /// names, types, shapes and bytes. Files with the same encoder have the same, whatever decoder lies beside it.
  package func encoderDigest(_ description: EncoderDescription) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    var lines = [String(decoding: try encoder.encode(description), as: UTF8.self)]
    for name in names.filter({ $0.hasPrefix("encoder/") }).sorted() {
      let info = info(name)!
      lines.append("\(name) \(info.dtype.rawValue) \(info.shape) \(Digest.sha256(try bytes(name)))")
    }
    return Array(lines.joined(separator: "\n").utf8).withUnsafeBytes { Digest.sha256($0) }
  }
}
