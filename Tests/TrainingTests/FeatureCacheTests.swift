import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Captioning
@testable import Files
@testable import Tensors
@testable import Training

@Suite("A cache knows a photo by what it holds, wherever it lies")
struct FeatureCacheTests {
  private static func cache(_ folder: TemporaryFolder) throws -> FeatureCache {
    let options = TrainingOptions()
    return try FeatureCache(
      folder: folder.path("cache"), encoder: String(repeating: "ab", count: 32),
      description: EncoderDescription(compact: .tiny, inputSize: options.inputSize / 16))
  }

  private static func key(_ path: FilePath, mirrored: Bool = false) throws -> FeatureCache.Key {
    FeatureCache.Key(photo: try #require(PhotoState(path: path)), view: PhotoView(mirrored: mirrored))
  }

  /// Sets when a file was changed, in seconds since 1970.
  private static func touch(_ path: FilePath, _ date: Int) {
    let times = [timespec](repeating: timespec(tv_sec: date, tv_nsec: 0), count: 2)
    #expect(path.withPlatformString { utimensat(AT_FDCWD, $0, times, 0) } == 0)
  }

  @Test("a photo that was moved, copied or given another date is the same, one that holds something else is not")
  func moved() throws {
    let folder = try TemporaryFolder()
    let first = try folder.file("1.png", [1, 2, 3, 4])
    do {
      let cache = try Self.cache(folder)
      try cache.append(Tensor([1] + cache.shape, repeating: 7), of: [try Self.key(first)])
    }
    Self.touch(first, 1_000_000_000)
    let copy = try folder.file("copy.png", [1, 2, 3, 4])
    let (changed, longer) = (try folder.file("2.png", [1, 2, 3, 5]), try folder.file("3.png", [1, 2, 3, 4, 5]))
    let cache = try Self.cache(folder)
    #expect(try cache.contains(Self.key(first)) && cache.contains(Self.key(copy)))
    #expect(try !cache.contains(Self.key(first, mirrored: true)))
    #expect(try !cache.contains(Self.key(changed)) && !cache.contains(Self.key(longer)))
    let wanted = [first, copy, changed, longer].map { FeatureCache.Wanted(path: $0, views: [.whole]) }
    let reader = try cache.reader(of: wanted)
    let target = Tensor(cache.shape)
    for path in [first, copy] {
      target.fill(0)
      #expect(reader.copy(path, into: target.pointer) && target.values.allSatisfy { $0 == 7 })
    }
    for path in [changed, longer] { #expect(!reader.copy(path, into: target.pointer)) }
  }

  @Test("a photo behind a link is known by itself, not by the link") func links() throws {
    let folder = try TemporaryFolder()
    let (photo, link) = (try folder.file("1.png", [1, 2, 3, 4]), folder.path("link.png"))
    try FileManager.default.createSymbolicLink(atPath: link.string, withDestinationPath: photo.string)
    let cache = try Self.cache(folder)
    try cache.append(Tensor([1] + cache.shape), of: [try Self.key(link)])
    #expect(try cache.contains(Self.key(link)) && cache.contains(Self.key(photo)))
    try Data([5, 6, 7, 8]).write(to: URL(fileURLWithPath: photo.string))
    Self.touch(photo, 1_000_000_000)
    #expect(try !cache.contains(Self.key(link)))
  }

  @Test("records of earlier versions, which say no digest, are found where their photos are as they were")
  func earlier() throws {
    let folder = try TemporaryFolder()
    let photo = try folder.file("1.png", [1, 2, 3, 4])
    do {
      let cache = try Self.cache(folder)
      try cache.append(Tensor([1] + cache.shape), of: [try Self.key(photo)])
    }
    let index = URL(fileURLWithPath: folder.path("cache/grids-abababababababab.index").string)
    let text = try String(contentsOf: index, encoding: .utf8)
    let earlier = text.replacing(/"digest":"[0-9a-f]{64}",/, with: "")
    #expect(earlier != text)
    try Data(earlier.utf8).write(to: index)
    let copy = try folder.file("copy.png", [1, 2, 3, 4])
    let cache = try Self.cache(folder)
    #expect(try cache.contains(Self.key(photo)) && !cache.contains(Self.key(copy)))
  }
}
