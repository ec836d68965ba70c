import Files

extension RasterError {
  /// Why, in one line and without the file's name, for where that stands already.
  public var reason: String {
    let text =
      switch self {
      case .unreadable(_, let reason): "cannot be read: \(reason)"
      case .empty: "the file is empty, expected \(ImageFormat.list("or"))"
      case .notAnImage: "not an image gaze can read, expected \(ImageFormat.list("or"))"
      case .undecodable(_, let format, let reason): "the \(format) cannot be decoded: \(reason)"
      case .tooManyPixels(_, let width, let height, let limit):
        "\(width)×\(height) pixels are too many, expected at most \(limit / 1_000_000) million"
      case .unencodable(let format, let reason): "the \(format) cannot be written: \(reason)"
      }
    return PrintableText.line(text)
  }
}
