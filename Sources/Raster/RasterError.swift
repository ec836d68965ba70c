import Files

/// Why a picture could not be read or written: what failed, on which file, in the C library's own words.
public enum RasterError: Error, Sendable, Equatable {
  /// The file could not be opened or read; `reason` is the system's.
  case unreadable(file: String, reason: String)
  case empty(file: String)
  /// The content is none of the formats known.
  case notAnImage(file: String)
  /// The content starts as `format` does, but is truncated, corrupt or of a kind the library cannot decode.
  case undecodable(file: String, format: String, reason: String)
  case tooManyPixels(file: String, width: Int, height: Int, limit: Int)
  case unencodable(format: String, reason: String)
}

extension RasterError: CustomStringConvertible {
  /// One line without control characters, whatever the file is called.
  public var description: String {
    let text =
      switch self {
      case .unreadable(let file, let reason): "\(file): cannot be read: \(reason)"
      case .empty(let file): "\(file): the file is empty, expected \(ImageFormat.list("or"))"
      case .notAnImage(let file): "\(file): not an image gaze can read, expected \(ImageFormat.list("or"))"
      case .undecodable(let file, let format, let reason): "\(file): the \(format) cannot be decoded: \(reason)"
      case .tooManyPixels(let file, let width, let height, let limit):
        "\(file): \(width)×\(height) pixels are too many, expected at most \(limit / 1_000_000) million"
      case .unencodable(let format, let reason): "the \(format) cannot be written: \(reason)"
      }
    let safe = text.unicodeScalars.map {
      $0.properties.generalCategory == .control || FileName.isEscape($0) ? "\u{FFFD}" : $0
    }
    return String(String.UnicodeScalarView(safe))
  }
}
