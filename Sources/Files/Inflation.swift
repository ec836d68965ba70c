import CZlib

/// Bytes as they were before deflate made them fewer.
package enum Inflation {
  /// What is wrong with compressed bytes, in zlib's own words.
  package struct Problem: Error, Equatable {
    package let reason: String
  }

  /// What is in a zlib stream.
  /// - Parameters:
  ///   - bytes: the whole stream.
  ///   - size: the most there may be.
  package static func zlib(_ bytes: [UInt8], atMost size: Int) throws(Problem) -> [UInt8] {
    var length = uLong(size)
    var status = Z_OK
    let result = [UInt8](unsafeUninitializedCapacity: size) { target, count in
      status = uncompress(target.baseAddress!, &length, bytes, uLong(bytes.count))
      count = status == Z_OK ? Int(length) : 0
    }
    guard status == Z_OK else { throw Problem(reason: String(cString: zError(status))) }
    return result
  }

  /// The first bytes of a gzip file.
  package static let gzipMark: [UInt8] = [0x1F, 0x8B]

  /// What is in a gzip file, whose members follow each other.
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - size: the most there may be.
  package static func gzip(_ bytes: UnsafeRawBufferPointer, atMost size: Int) throws(Problem) -> [UInt8] {
    var stream = z_stream()
    // 15 bits of window, and 16 for the gzip header.
    let opened = inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard opened == Z_OK else { throw Problem(reason: String(cString: zError(opened))) }
    defer { inflateEnd(&stream) }
    var result: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    var taken = 0
    var status = Z_OK
    while status != Z_STREAM_END || taken < bytes.count {
      if status == Z_STREAM_END { inflateReset(&stream) }
      let input = min(bytes.count - taken, 1 << 30)
      status = chunk.withUnsafeMutableBufferPointer { target in
        stream.next_in = UnsafeMutablePointer(
          mutating: bytes.baseAddress?.advanced(by: taken).assumingMemoryBound(to: UInt8.self))
        (stream.avail_in, stream.next_out, stream.avail_out) = (UInt32(input), target.baseAddress, UInt32(target.count))
        return inflate(&stream, Z_NO_FLUSH)
      }
      taken += input - Int(stream.avail_in)
      // Without input and without an end, the file was cut.
      guard status == Z_OK || status == Z_STREAM_END else { throw Problem(reason: String(cString: zError(status))) }
      let made = chunk.count - Int(stream.avail_out)
      guard made <= size - result.count else { throw Problem(reason: "more than \(size) bytes") }
      result += chunk[..<made]
    }
    return result
  }
}
