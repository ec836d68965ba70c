import Files
import Glibc
import SystemPackage

/// A picture file open for reading. Opening one never waits, and refuses early what cannot be a picture.
public struct ImageFile: ~Copyable {
  /// More than any picture worth showing, and little enough to hold in memory.
  static let byteLimit = 1 << 30

  private let descriptor: Int32
  /// Stands for the file in errors.
  let name: String
  /// Bytes, at most `byteLimit`; what is read may differ while another program writes.
  let size: Int

  /// Opens a regular file; pipes, sockets, devices and directories are refused.
  init(path: FilePath) throws(RasterError) {
    // Non-blocking, so that opening a named pipe returns, for it to be refused below.
    let opened = path.withPlatformString { open($0, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK) }
    let name = path.description
    // Sockets cannot even be opened, nor devices that are not there.
    if opened < 0 && (errno == ENXIO || errno == ENODEV) { throw Self.irregular(name) }
    guard opened >= 0 else { throw .unreadable(file: name, reason: Self.systemError()) }
    do throws(RasterError) {
      size = try Self.size(descriptor: opened, name: name)
    } catch {
      close(opened)
      throw error
    }
    descriptor = opened
    self.name = name
  }

  deinit { close(descriptor) }

  private static func size(descriptor: Int32, name: String) throws(RasterError) -> Int {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .unreadable(file: name, reason: systemError()) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw .unreadable(file: name, reason: "it is a directory")
    default: throw irregular(name)
    }
    guard status.st_size <= byteLimit else { throw tooLong(name) }
    return Int(status.st_size)
  }

  /// The whole content of a regular file that starts as a known format does.
  public static func read(path: FilePath) throws(RasterError) -> [UInt8] { try ImageFile(path: path).read() }

  /// Everything left to read from an open descriptor of any kind; `name` stands for it in errors.
  public static func read(descriptor: Int32, name: String) throws(RasterError) -> [UInt8] {
    try read(descriptor: descriptor, name: name, expecting: 0, atMost: byteLimit)
  }

  /// From the start: all of it, or `limit` bytes if there are more.
  func read(atMost limit: Int = ImageFile.byteLimit) throws(RasterError) -> [UInt8] {
    lseek(descriptor, 0, SEEK_SET)
    return try Self.read(descriptor: descriptor, name: name, expecting: size, atMost: limit)
  }

  /// The bytes at `range`; nil if there are fewer or they cannot be read.
  func bytes(_ range: Range<Int>) -> ArraySlice<UInt8>? {
    guard range.lowerBound >= 0, range.upperBound <= size else { return nil }
    let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { target, filled in
      while filled < range.count {
        let result = pread(descriptor, target.baseAddress! + filled, range.count - filled, range.lowerBound + filled)
        if result < 0 && errno == EINTR { continue }
        if result <= 0 { return }
        filled += result
      }
    }
    return bytes.count == range.count ? bytes[...] : nil
  }

  /// Reads to the end or to `limit` bytes. `size` is a hint that spares growing the buffer.
  private static func read(
    descriptor: Int32, name: String, expecting size: Int, atMost limit: Int
  ) throws(RasterError) -> [UInt8] {
    var bytes: [UInt8] = []
    // One byte more than expected, so that the last read finds the end.
    bytes.reserveCapacity(min(size + 1, limit))
    // The first block tells whether the rest is worth reading.
    var block = 1 << 16
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

  private static func irregular(_ name: String) -> RasterError {
    .unreadable(file: name, reason: "it is not a regular file")
  }

  private static func tooLong(_ name: String) -> RasterError {
    .unreadable(file: name, reason: "it is larger than \(byteLimit >> 20) MiB")
  }

  private static func systemError() -> String { String(cString: strerror(errno)) }
}
