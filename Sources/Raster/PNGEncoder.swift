import CPNG

/// Writes pictures as PNG.
public enum PNGEncoder {
  /// The content of an 8-bit RGB PNG file.
  public static func encode(_ picture: PixelImage) throws(RasterError) -> [UInt8] {
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    image.width = UInt32(picture.width)
    image.height = UInt32(picture.height)
    image.format = UInt32(PNG_FORMAT_FLAG_COLOR)
    defer { png_image_free(&image) }
    // Room for the rows stored uncompressed, with what zlib and the chunks add.
    var size = (picture.width * 3 + 1) * picture.height
    size += size / 100 + 4096
    var succeeded = false
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { target, count in
      succeeded =
        png_image_write_to_memory(
          &image, target.baseAddress, &size, 0, picture.pixels, Int32(picture.width * 3), nil) != 0
      count = succeeded ? size : 0
    }
    guard succeeded else { throw .unencodable(format: "PNG", reason: image.words) }
    return bytes
  }
}
