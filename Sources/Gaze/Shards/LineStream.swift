import Files
import Glibc
import SystemPackage

/// The lines of a file, or what else one byte ends, read as they are asked for.
struct LineStream: Sendable {
  /// What is read, as it is called in errors.
  let name: FilePath
  private let descriptor: Int32
  private let ending: UInt8
  private let longest: Int
  /// What was read and not given out yet, from `start`; up to `searched` there is no ending in it.
  private var bytes: [UInt8] = []
  private var start = 0
  private var searched = 0
  private var isAtEnd = false

  /// - Parameters:
  ///   - descriptor: the file, which stays open.
  ///   - longest: how many bytes of one line are kept, at least.
  init(_ descriptor: Int32, name: FilePath, ending: UInt8 = 0x0A, longest: Int = .max) {
    (self.descriptor, self.name, self.ending, self.longest) = (descriptor, name, ending, longest)
  }

  /// The next line without its ending, and whether it has one, as only the last may not; nil at the end.
  /// - Throws: where the file cannot be read, or a line is too long.
  mutating func next() throws -> (line: ArraySlice<UInt8>, isEnded: Bool)? {
    while true {
      if let end = bytes[searched...].firstIndex(of: ending) {
        defer { (start, searched) = (end + 1, end + 1) }
        return (bytes[start..<end], true)
      }
      searched = bytes.count
      if isAtEnd {
        defer { start = bytes.count }
        return start < bytes.count ? (bytes[start...], false) : nil
      }
      try readMore()
    }
  }

  private mutating func readMore() throws {
    if bytes.count - start > longest {
      throw CommandFailure("\(name): more than \(longest) bytes without an end, expected a list of names")
    }
    bytes.removeFirst(start)
    (searched, start) = (searched - start, 0)
    let block = try WholeFile.readBlock(descriptor, name: name)
    bytes += block
    isAtEnd = block.isEmpty
  }
}
