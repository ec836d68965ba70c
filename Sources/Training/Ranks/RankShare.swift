/// Which photos of a set, or places of a batch, are a rank's own.
struct RankShare: Sendable {
  let rank: Int
  let count: Int
  /// Photos of a batch, mirror images aside; see `BatchMaker.places`.
  let batch: Int

  init(_ ranks: any RankGroup, batch: Int) { (rank, count, self.batch) = (ranks.rank, ranks.count, batch) }

  /// - Parameter number: of the photo, see `TrainingPhoto`.
  func owns(_ number: Int) -> Bool { has(place: number % batch) }

  func has(place: Int) -> Bool { place % count == rank }
}

/// The part of a batch that is a rank's own, mirror images beside their photos, and what it is to know of the rest.
struct BatchPart: Sendable {
  /// Of its photos in the batch.
  let places: [Int]
  /// Those of each photo of the batch.
  let sentences: [[[Int]]]

  /// Photos of the batch.
  var count: Int { sentences.count }
}
