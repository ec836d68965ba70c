import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Files
@testable import Training

@Suite struct PhotoStateTests {
  /// Caches on disk hold dates as Foundation tells them, to the last bit.
  @Test(arguments: [0, 1_700_000_000.123456789, 1_732_651_234.999999]) func datesAreFoundations(_ date: Double) throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("a\u{EFE9}.png", [1, 2, 3])
    let plain = try folder.file("plain", [1, 2, 3])
    for file in [path, plain] {
      var times = [timespec](repeating: timespec(), count: 2)
      for index in 0..<2 {
        times[index] = timespec(tv_sec: Int(date), tv_nsec: Int((date - date.rounded(.down)) * 1e9))
      }
      #expect(file.withPlatformString { utimensat(AT_FDCWD, $0, times, 0) } == 0)
    }
    let facts = try FileManager.default.attributesOfItem(atPath: plain.string)
    let state = try #require(PhotoState(path: path))
    #expect(state.changed == (facts[.modificationDate] as? Date)?.timeIntervalSince1970)
    #expect(state.bytes == 3 && state.file == path)
    #expect(PhotoState(path: folder.path("none")) == nil)
  }
}
