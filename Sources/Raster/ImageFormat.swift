/// The picture formats known, told apart by how their content starts.
enum ImageFormat: String, CaseIterable {
  case jpeg = "JPEG"
  case png = "PNG"
  case webp = "WebP"
  case gif = "GIF"
  case tiff = "TIFF"

  /// As many bytes as the longest signature reaches over.
  static let signatureLength = 12

  /// The format `bytes` start as, or nil.
  init?(sniffing bytes: [UInt8]) {
    if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
      self = .jpeg
    } else if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .png
    } else if bytes.starts(with: "RIFF".utf8), bytes.dropFirst(8).starts(with: "WEBP".utf8) {
      self = .webp
    } else if bytes.starts(with: "GIF87a".utf8) || bytes.starts(with: "GIF89a".utf8) {
      self = .gif
    } else if TIFFDirectory.signatures.contains(where: bytes.starts(with:)) {
      self = .tiff
    } else {
      return nil
    }
  }

  /// All of them in words, the last after `conjunction`: "JPEG, PNG or TIFF".
  static func list(_ conjunction: String) -> String {
    let names = allCases.map(\.rawValue)
    return names.dropLast().joined(separator: ", ") + " \(conjunction) " + names.last!
  }
}

/// What a picture's file says before its pixels.
protocol ImageHeader {
  /// As stored, before orientation. At least 1.
  var width: Int { get }
  var height: Int { get }
  var orientation: Orientation { get }
}

extension ImageHeader {
  var uprightSize: (width: Int, height: Int) { orientation.applied(toSize: (width, height)) }
}
