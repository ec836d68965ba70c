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
}
