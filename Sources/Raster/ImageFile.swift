import Files
import Glibc

/// Reads the bytes of picture files, refusing early what cannot be one.
public enum ImageFile {
  /// More than any picture worth showing, and little enough to hold in memory.
  static let byteLimit = 1 << 30

  /// The whole content of a regular file or pipe that starts as a known format does.
  public static func read(path: String) throws(RasterError) -> [UInt8] {
    try read(path: path, atMost: nil)
  }

  /// Everything left to read from an open descriptor; `name` stands for it in errors.
  public static func read(descriptor: Int32, name: String) throws(RasterError) -> [UInt8] {
    try read(descriptor: descriptor, name: name, expecting: 0, atMost: nil)
  }

  /// The first `prefix` bytes, or all of them if nil or the file is shorter.
  static func read(path: String, atMost prefix: Int?) throws(RasterError) -> [UInt8] {
    let descriptor = open(FileName.systemPath(path), O_RDONLY | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else { throw .unreadable(file: path, reason: systemError()) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .unreadable(file: path, reason: systemError()) }
    switch status.st_mode & S_IFMT {
    case S_IFREG, S_IFIFO: break
    case S_IFDIR: throw .unreadable(file: path, reason: "it is a directory")
    default: throw .unreadable(file: path, reason: "it is not a regular file")
    }
    return try read(descriptor: descriptor, name: path, expecting: Int(status.st_size), atMost: prefix)
  }

  /// Reads to the end or to `prefix` bytes. `size` is a hint that spares growing the buffer.
  private static func read(
    descriptor: Int32, name: String, expecting size: Int, atMost prefix: Int?
  ) throws(RasterError) -> [UInt8] {
    guard size <= byteLimit else { throw tooLong(name) }
    let limit = min(prefix ?? byteLimit, byteLimit)
    var bytes: [UInt8] = []
    // One byte more than expected, so that the last read finds the end.
    bytes.reserveCapacity(min(size + 1, limit))
    // The first block tells whether the rest is worth reading.
    var block = min(1 << 16, limit)
    while bytes.count < limit {
      let before = bytes.count
      try append(upTo: min(block, limit - before), to: &bytes, from: descriptor, name: name)
      if bytes.count == before { break }
      if bytes.count >= ImageFormat.signatureLength, ImageFormat(sniffing: bytes) == nil {
        throw .notAnImage(file: name)
      }
      block = max(size + 1 - bytes.count, 1 << 18)
    }
    if bytes.count == byteLimit { throw tooLong(name) }
    if bytes.isEmpty { throw .empty(file: name) }
    return bytes
  }

  /// One `read`, which appends nothing at the end of the file.
  private static func append(
    upTo count: Int, to bytes: inout [UInt8], from descriptor: Int32, name: String
  ) throws(RasterError) {
    var result = 0
    bytes.append(addingCapacity: count) { span in
      span.withUnsafeMutableBufferPointer { buffer, filled in
        repeat { result = Glibc.read(descriptor, buffer.baseAddress, count) } while result < 0 && errno == EINTR
        filled = max(result, 0)
      }
    }
    if result < 0 { throw .unreadable(file: name, reason: systemError()) }
  }

  private static func tooLong(_ name: String) -> RasterError {
    .unreadable(file: name, reason: "it is larger than \(byteLimit >> 20) MiB")
  }

  private static func systemError() -> String { String(cString: strerror(errno)) }
}
