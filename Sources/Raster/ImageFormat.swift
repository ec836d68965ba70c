/// The picture formats known, told apart by how their content starts.
enum ImageFormat: String {
  case jpeg = "JPEG"
  case png = "PNG"

  /// As many bytes as the longest signature has.
  static let signatureLength = 8

  /// The format `bytes` start as, or nil.
  init?(sniffing bytes: [UInt8]) {
    if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
      self = .jpeg
    } else if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .png
    } else {
      return nil
    }
  }
}
