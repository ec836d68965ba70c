/// Photos to caption and what people said of each.
public struct EvaluationSet: Sendable, Equatable {
  public struct Photo: Sendable, Equatable {
    /// The photo's id in the annotations.
    public let id: Int
    /// Where it is looked for; it may turn out not to be there.
    public let path: String
    /// At least one human caption.
    public let references: [String]

    public init(id: Int, path: String, references: [String]) {
      self.id = id
      self.path = path
      self.references = references
    }
  }

  public let photos: [Photo]

  public init(_ photos: [Photo]) { self.photos = photos }

  /// The annotated photos, in the order of the annotations; those that nobody described are left out.
  ///
  /// - Parameters:
  ///   - folders: where the photos are; the first folder that has a file wins.
  ///   - limit: only the first so many; nil means all.
  ///   - exists: whether there is a file at a path.
  public init(_ annotations: CocoAnnotations, folders: [String], limit: Int? = nil, exists: (String) -> Bool) {
    precondition(!folders.isEmpty, "photos need a folder to be looked for in")
    let described = annotations.photos.lazy.filter { !$0.captions.isEmpty }.prefix(limit ?? .max)
    photos = described.map { photo in
      let candidates = folders.map { "\($0)/\(photo.fileName)" }
      return Photo(id: photo.id, path: candidates.first(where: exists) ?? candidates[0], references: photo.captions)
    }
  }
}

extension Vocabulary {
  /// The share of the captions' words that are not in the vocabulary, in [0, 1]; 0 when there are no words.
  public func unknownShare(of captions: some Sequence<String>) -> Double {
    var (words, unknown) = (0, 0)
    for caption in captions {
      // Without the marks of start and end.
      let tokens = tokens(caption).dropFirst().dropLast()
      words += tokens.count
      unknown += tokens.count { $0 == Vocabulary.unknown }
    }
    return words == 0 ? 0 : Double(unknown) / Double(words)
  }
}
