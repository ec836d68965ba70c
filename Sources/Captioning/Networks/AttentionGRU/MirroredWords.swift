import Tensors

/// The words of a batch that are said both of a photo and of its mirror image.
struct MirroredWords {
  /// A word of a photo that is here.
  struct Word {
    /// Its number among those of the whole batch.
    let number: Int
    /// Its rows: of the photo's words, and of the image's.
    let row: Int
    let image: Int
  }

  private(set) var own: [Word] = []
  /// Of the whole batch.
  private(set) var count = 0
  /// Two words of the whole batch each, by their numbers, at one place of a sentence about one mirrored photo and of that
  /// about the next.
  private(set) var neighbours: [(Int, Int)] = []

  /// - Parameter photos: B, of the photos and images here.
  init(_ sentences: SentenceBatch, photos: Int) {
    let (lengths, here) = sentences.wholeBatch(photos)
    let (pairs, offsets) = (sentences.mirrorPairs(of: here.count), sentences.positions.offsets)
    let per = lengths.count / here.count
    // The numbers of the words of each sentence. What is sampled of a photo alone is none of them.
    var numbers: [[Range<Int>]] = []
    for (photo, image) in pairs {
      numbers.append(
        (0..<per).map { sentence in
          let first = count
          count += min(lengths[photo * per + sentence], lengths[image * per + sentence])
          return first..<count
        })
    }
    for (pair, (photo, image)) in pairs.enumerated() {
      let next = numbers[(pair + 1) % pairs.count]
      for sentence in 0..<per {
        if pairs.count > 1 { neighbours += zip(numbers[pair][sentence], next[sentence]) }
        guard let photo = here[photo], let image = here[image] else { continue }
        let (row, ofImage) = (offsets[photo * per + sentence], offsets[image * per + sentence])
        own += numbers[pair][sentence].enumerated().map { Word(number: $1, row: row + $0, image: ofImage + $0) }
      }
    }
  }
}
