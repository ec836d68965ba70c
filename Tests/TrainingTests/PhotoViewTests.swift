import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Captioning
@testable import Tensors
@testable import Training

@Suite("Views of photos for an encoder that stays as it is") struct PhotoViewTests {
  private static func options(_ views: Int, flips: Bool = true, cropArea: Float = 0.5, seed: UInt64 = 1)
    -> TrainingOptions
  {
    var options = TrainingOptions()
    (options.views, options.flips, options.cropArea, options.seed) = (views, flips, cropArea, seed)
    return options
  }

  @Test("the first is the whole photo, the second its mirror image, the others crops large enough") func order() {
    for name in ["a.jpg", "b.jpg"] {
      let views = PhotoView.views(of: FilePath("photos/\(name)"), options: Self.options(20))
      #expect(views.count == 20 && Set(views).count == 20)
      #expect(views[0] == .whole && views[1] == PhotoView(mirrored: true))
      for view in views.dropFirst(2) {
        let area = (view.box.y1 - view.box.y0) * (view.box.x1 - view.box.x0)
        // A crop that is wider or higher than the photo is cut at its edges.
        #expect(area > 0.5 * 0.86 && area <= 1)
      }
      #expect(Set(views.dropFirst(2).map(\.mirrored)) == [false, true])
    }
    #expect(PhotoView.views(of: "a", options: Self.options(1)) == [.whole])
  }

  @Test("without mirroring none is mirrored") func withoutFlips() {
    let views = PhotoView.views(of: "a.jpg", options: Self.options(9, flips: false))
    #expect(!views.contains(where: \.mirrored) && views[0] == .whole && views[1].box != .whole)
  }

  @Test("crops depend on the file's name, not on its folder, the run's seed or how many are wanted") func keys() {
    let views = PhotoView.views(of: "one/a.jpg", options: Self.options(5))
    #expect(PhotoView.views(of: "two/a.jpg", options: Self.options(8)).prefix(5) == views[...])
    #expect(PhotoView.views(of: "one/b.jpg", options: Self.options(5))[2...] != views[2...])
    #expect(PhotoView.views(of: "one/a.jpg", options: Self.options(5, seed: 2)) == views)
  }

  @Test("a view survives the index it is written to") func stored() throws {
    let views = PhotoView.views(of: "a.jpg", options: Self.options(30))
    #expect(try JSONDecoder().decode([PhotoView].self, from: JSONEncoder().encode(views)) == views)
  }

  @Test("each step takes one of a photo's cached views by chance, validation the whole photo") func batches() throws {
    let world = try TrainerTests.World()
    defer { world.remove() }
    let paths = world.photos.photos.map(\.path)
    let description = world.options.encoderDescription
    let cache = try FeatureCache(
      folder: world.path("cache"), encoder: String(repeating: "ab", count: 32), description: description)
    var options = world.options
    options.views = 3
    let wanted = paths.map { FeatureCache.Wanted(path: $0, views: PhotoView.views(of: $0, options: options)) }
    // Every number of a grid says which photo and view it is of; the last photo lacks one.
    for (photo, want) in wanted.enumerated() {
      let keys = cache.keys(want).prefix(photo == 11 ? 2 : 3)
      let grids = Tensor([keys.count, 4, 4, 5], (0..<keys.count * 80).map { Float(photo * 3 + $0 / 80) })
      try cache.append(grids, of: Array(keys))
    }
    let maker = BatchMaker(photos: world.photos.photos, options: options, cache: try cache.reader(of: wanted))
    var seen = Set<Int>()
    for step in 0..<60 {
      let batch = maker.batch(step: step)
      guard case .features(let grid) = batch.input else { return #expect(Bool(false), "grids were expected") }
      for (place, index) in batch.indices.enumerated() {
        let values = Set(grid.values[place * 80..<(place + 1) * 80])
        guard let index else {
          #expect(values == [0] && batch.failures[place]?.contains("11.png") == true)
          continue
        }
        let value = try #require(values.count == 1 ? values.first : nil)
        #expect(Int(value) / 3 == index)
        seen.insert(Int(value))
      }
      guard case .features(let again) = maker.batch(step: step).input else { return }
      #expect(again.values == grid.values)
    }
    #expect(seen == Set(0..<33))
    guard case .features(let whole) = maker.make([4, 0]).input else { return }
    #expect(whole.values == [Float](repeating: 12, count: 80) + [Float](repeating: 0, count: 80))
  }
}
