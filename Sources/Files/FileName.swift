import Glibc

/// Paths as text, and as the system has them: any bytes but 0.
///
/// Bytes that are not UTF-8 stand in text as scalars of private use, U+EF80 for 0x80 to U+EFFF for 0xFF, so that the
/// text leads back to the file. A name that has those scalars itself has them taken for bytes too, and loses nothing.
public enum FileName {
  private static let escapes: ClosedRange<UInt32> = 0xEF80...0xEFFF

  /// Whether a scalar stands for a byte that is not UTF-8.
  public static func isEscape(_ scalar: Unicode.Scalar) -> Bool { escapes.contains(scalar.value) }

  /// Text from which `systemPath` makes `bytes` again.
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

  /// As `text(_:)`, of a C string.
  public static func text(cString: UnsafePointer<CChar>) -> String {
    text(UnsafeRawBufferPointer(start: cString, count: length(cString)))
  }

  /// The path for the system, with a 0 at its end.
  public static func systemPath(_ text: String) -> [CChar] {
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

  /// Whether there is anything under a path.
  public static func exists(_ text: String) -> Bool { access(systemPath(text), F_OK) == 0 }

  /// The path from the root of a path in a folder, without the dots it begins with. Dots behind names stay: what they
  /// lead to is for the system to say.
  public static func absolute(_ path: String, in folder: String) -> String {
    if path.hasPrefix("/") { return path }
    var (base, rest) = (folder == "/" ? "" : folder[...], path[...])
    while true {
      let step = rest.prefix { $0 != "/" }
      guard step == "." || step == ".." || step.isEmpty else { break }
      if step == "..", let slash = base.lastIndex(of: "/") { base = base[..<slash] }
      guard step.count < rest.count else { return base.isEmpty ? "/" : String(base) }
      rest = rest.dropFirst(step.count + 1)
    }
    return "\(base)/\(rest)"
  }

  /// What a symbolic link says it leads to.
  public static func target(ofLink path: String) -> String {
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    return readlink(systemPath(path), &bytes, bytes.count - 1) < 0 ? "nowhere" : text(cString: bytes)
  }

  private static func length(_ string: UnsafePointer<CChar>) -> Int {
    var end = string
    while end.pointee != 0 { end += 1 }
    return end - string
  }
}
