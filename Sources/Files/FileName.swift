import Glibc
import SystemPackage

/// Names and paths as text that leads back to them, for JSON and for lists that are sorted and searched. A path, which
/// is any bytes but 0, is a `FilePath` wherever a file is opened by it.
///
/// Bytes that are not UTF-8 stand in text as scalars of private use, U+EF80 for 0x80 to U+EFFF for 0xFF. A name that has
/// those scalars itself has them taken for bytes too, and loses nothing. For people, a path's own description or
/// `PrintableText` has U+FFFD for such bytes.
public enum FileName {
  private static let escapes: ClosedRange<UInt32> = 0xEF80...0xEFFF

  /// Whether a scalar stands for a byte that is not UTF-8.
  public static func isEscape(_ scalar: Unicode.Scalar) -> Bool { escapes.contains(scalar.value) }

  /// Text from which `path(_:)` makes `bytes` again.
  public static func text(_ bytes: some Collection<UInt8>) -> String {
    if let text = String(validating: bytes, as: UTF8.self), !text.unicodeScalars.contains(where: isEscape) {
      return text
    }
    var scalars = String.UnicodeScalarView()
    var rest = bytes[...]
    while let first = rest.first {
      let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
      let scalar = String(validating: rest.prefix(length), as: UTF8.self)?.unicodeScalars.first
      if let scalar, !isEscape(scalar) {
        scalars.append(scalar)
        rest = rest.dropFirst(length)
      } else {
        scalars.append(Unicode.Scalar(0xEF00 + UInt32(first))!)
        rest = rest.dropFirst()
      }
    }
    return String(scalars)
  }

  /// As of bytes, of a C string.
  public static func text(cString: UnsafePointer<CChar>) -> String {
    text(UnsafeRawBufferPointer(start: cString, count: strlen(cString)))
  }

  /// Text from which `path(_:)` makes the path again.
  public static func text(_ path: FilePath) -> String { path.withPlatformString { text(cString: $0) } }

  /// As of a path, of a piece of one.
  public static func text(_ component: FilePath.Component) -> String {
    component.withPlatformString { text(cString: $0) }
  }

  /// The last component as text, "" where there is none.
  public static func name(_ path: FilePath) -> String { path.lastComponent.map { text($0) } ?? "" }

  /// The last component without its extension as text, "" where there is none.
  public static func stem(_ path: FilePath) -> String {
    var path = path
    path.extension = nil
    return name(path)
  }

  /// The path that text leads to. Slashes that change nothing, those at the end and all but one in a row, are dropped,
  /// as `FilePath` always does.
  public static func path(_ text: String) -> FilePath {
    FilePath(platformString: cString(text))
  }

  /// The bytes that text leads to, with a 0 at their end.
  public static func cString(_ text: String) -> [CChar] {
    guard text.unicodeScalars.contains(where: isEscape) else { return Array(text.utf8CString) }
    var bytes: [UInt8] = []
    for scalar in text.unicodeScalars {
      if isEscape(scalar) {
        bytes.append(UInt8(scalar.value & 0xFF))
      } else {
        bytes += UTF8.encode(scalar)!
      }
    }
    return bytes.map(CChar.init(bitPattern:)) + [0]
  }
}
