import SystemPackage

/// Captions of photos as they were before others came in their place, by the photos' paths.
struct ReplacedCaptions: Sendable, Equatable {
  /// Those of one photo.
  struct Captions: Sendable, Equatable {
    let record: CaptionRecord
    /// Whether they were drawn with many and are not written.
    let isUnwritten: Bool
  }

  private(set) var photos: [FilePath: Captions] = [:]

  var count: Int { photos.count }

  subscript(photo: FilePath) -> Captions? {
    get { photos[photo] }
    set { photos[photo] = newValue }
  }
}
