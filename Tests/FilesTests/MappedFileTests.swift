import Foundation
import TestSupport
import Testing

@testable import Files

@Suite struct MappedFileTests {
  /// Nobody else keeps the file: what is handed on must still be mapped.
  @Test(arguments: [0, 1, 100_000]) func bytesThatAreReadAtOnceStayMapped(_ count: Int) throws {
    let folder = try TemporaryFolder()
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let path = try folder.file("a", bytes)
    #expect(try MappedFile(path: path).withBytes { Array($0) } == bytes)
  }

  /// Of nothing, less than a piece, one, a byte more, and several.
  @Test(
    "the fingerprint is that of the whole file, read piece by piece",
    arguments: [
      (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      (3, "b361d0f9a938a2bb4fbdc9c21dc5a859788041b0040919d8a811c1888184f4df"),
      (1 << 22, "ff9c64d110122d6b3eca7bc9a2c2c9a3685aeb0164b36800ed5bc1e4381e004f"),
      ((1 << 22) + 1, "fde77d731d0d756e9fc92f3eb9044e56d25d2a9ea32d24fe993e0481a259898c"),
      (9_000_001, "6137635db22f985a317511ab125ab31a48a819d70459ab75a7557c53efb5ff34"),
    ])
  func fingerprint(_ count: Int, _ expected: String) throws {
    let folder = try TemporaryFolder()
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    #expect(try MappedFile(path: folder.file("a", bytes)).sha256() == expected)
    #expect(bytes.withUnsafeBytes { Digest.sha256($0) } == expected)
  }

  @Test("what is read for a fingerprint does not stay in memory") func memoryOfFingerprints() throws {
    let folder = try TemporaryFolder()
    let size = 3 * Digest.pieceBytes
    let file = try MappedFile(path: folder.file("a", [UInt8](repeating: 7, count: size)))
    let before = try kilobytes(of: file)
    // Each of its pages.
    for place in stride(from: 0, to: size, by: 4096) { #expect(file.bytes[place] == 7) }
    #expect(try kilobytes(of: file) == size / 1024 && before < size / 1024)
    file.release(file.bytes)
    _ = file.sha256()
    #expect(try kilobytes(of: file) <= Digest.pieceBytes / 1024)
    withExtendedLifetime(file) {}
  }

  /// How much of a file is in the process's memory.
  private func kilobytes(of file: MappedFile) throws -> Int {
    let first = String(UInt(bitPattern: file.bytes.baseAddress), radix: 16)
    let smaps = try #require(try FileHandle(forReadingAtPath: "/proc/self/smaps")?.readToEnd())
    let maps = String(decoding: smaps, as: UTF8.self).split(separator: "\n")
    let entry = try #require(maps.firstIndex { $0.hasPrefix(first + "-") })
    let line = try #require(maps[entry...].first { $0.hasPrefix("Rss:") })
    return try #require(line.split(separator: " ").compactMap { Int($0) }.first)
  }
}
