import SystemPackage

/// Turns JPEG, PNG, WebP, GIF and TIFF files into upright 8-bit sRGB pictures, or says clearly why not.
///
/// The format is told by content, never by name; of several frames or pages the first is taken. Truncated and corrupt files are errors, not grey halves.
public enum ImageDecoder {
  /// Pictures of more pixels are refused: their decoded form alone would take 600 MB.
  public static let pixelLimit = 200_000_000

  /// File name extensions worth trying, in lower case.
  public static let extensions: Set<String> = [
    "jpg", "jpeg", "jpe", "jfif", "png", "webp", "gif", "tif", "tiff",
  ]

  /// Whether a file of this name is worth trying. Looks at the name only.
  public static func isImageName(_ name: String) -> Bool {
    let utf8 = name.utf8
    guard let dot = utf8.lastIndex(of: UInt8(ascii: ".")), dot > utf8.startIndex else { return false }
    guard utf8.distance(from: dot, to: utf8.endIndex) <= 5 else { return false }
    return extensions.contains(String(name[utf8.index(after: dot)...]).lowercased())
  }

  /// Decodes a file.
  ///
  /// - Parameters:
  ///   - path: of an image in any of the formats.
  ///   - covering: a size in pixels, upright, the result need not be larger than. A JPEG is then decoded at the
  ///     smallest scale of the library (eighths) whose size still covers it in both directions, which is much faster.
  ///     Nil decodes at full size, exactly as `tf.io.decode_jpeg` does by default.
  public static func decode(
    path: FilePath, covering: (width: Int, height: Int)? = nil
  ) throws(RasterError) -> PixelImage {
    try decode(data: ImageFile.read(path: path), name: path.description, covering: covering)
  }

  /// Decodes a file's content; `name` stands for the file in errors.
  public static func decode(
    data: [UInt8], name: String, covering: (width: Int, height: Int)? = nil
  ) throws(RasterError) -> PixelImage {
    switch try format(of: data, name: name) {
    case .jpeg: try decodeJPEG(data, name: name, covering: covering)
    case .png: try decodePNG(data, name: name)
    case .webp: try decodeWebP(data, name: name)
    case .gif: try decodeGIF(data, name: name)
    case .tiff: try decodeTIFF(data, name: name)
    }
  }

  /// A picture's size once upright, from its header alone.
  public static func size(path: FilePath) throws(RasterError) -> (width: Int, height: Int) {
    let file = try ImageFile(path: path)
    let name = file.name
    // Metadata of more than this before the first scan is rare.
    let prefix = 1 << 17
    let bytes = try file.read(atMost: prefix)
    switch ImageFormat(sniffing: bytes) {
    case .png:
      return try pngHeader(PNGHeader { file.bytes($0) }, name: name).uprightSize
    case .tiff where bytes.count == prefix:
      // The directory may be anywhere, and go on behind what was read.
      return try size(data: file.read(), name: name)
    default: break
    }
    do {
      return try size(data: bytes, name: name)
    } catch .undecodable where bytes.count == prefix {
      return try size(data: file.read(), name: name)
    }
  }

  /// As `size(path:)`, of a file's content or a sufficient part of its start; `name` stands for the file in errors.
  public static func size(data: [UInt8], name: String) throws(RasterError) -> (width: Int, height: Int) {
    switch try format(of: data, name: name) {
    case .jpeg: try jpegHeader(data, name: name).uprightSize
    case .png: try pngHeader(PNGHeader(data), name: name).uprightSize
    case .webp: try webpHeader(data, name: name).uprightSize
    case .gif: try gifHeader(data, name: name).uprightSize
    case .tiff: try tiffHeader(data, name: name).uprightSize
    }
  }

  /// The formats known, as a sentence names them: "JPEG, PNG, WebP, GIF and TIFF".
  public static func formats(_ conjunction: String) -> String { ImageFormat.list(conjunction) }

  private static func format(of data: [UInt8], name: String) throws(RasterError) -> ImageFormat {
    if data.isEmpty { throw .empty(file: name) }
    guard let format = ImageFormat(sniffing: data) else { throw .notAnImage(file: name) }
    return format
  }

  /// Refuses sizes that no memory should be taken for. Products of those that pass, and of bytes a pixel, do not overflow.
  static func checkPixelCount(_ width: Int, _ height: Int, name: String) throws(RasterError) {
    let (count, overflows) = width.multipliedReportingOverflow(by: height)
    if overflows || count > pixelLimit {
      throw .tooManyPixels(file: name, width: width, height: height, limit: pixelLimit)
    }
  }
}
