import Raster

extension Captioner {
  /// Hides regions of a photo and tells what that does to each word of a caption.
  /// - Parameters:
  ///   - caption: about `image`, by this network; its maps are what regions are put in order by.
  ///   - photo: the same photo's pixels, for covering regions in it and encoding it anew; nil leaves that out.
  ///   - progress: told of the share that is done, in [0, 1].
  /// - Throws: `CancellationError` soon after `isCancelled` turned true.
  public func relevance(
    of caption: Caption, in image: EncodedImage, covering photo: PixelImage? = nil,
    progress: (Double) -> Void = { _ in }, isCancelled: () -> Bool = { false }
  ) throws -> [WordRelevance] {
    try relevance(of: caption, in: image.context, photo, progress, isCancelled)
  }

  private func relevance(
    of caption: Caption, in context: some DecodingContext, _ photo: PixelImage?, _ progress: (Double) -> Void,
    _ isCancelled: () -> Bool
  ) throws -> [WordRelevance] {
    let probes = try probes(of: caption, in: context, isCancelled)
    let regions = caption.words.first?.attention.values.count ?? 0
    // Two curves a word, and an encoding for each region.
    let steps = probes.count + (photo == nil ? 0 : regions + probes.count * 2 * (HidingCurve.steps + 1))
    var done = 0
    func step() throws {
      if isCancelled() { throw CancellationError() }
      done += 1
      progress(Double(done) / Double(max(steps, 1)))
    }
    var leftOut: [RegionRelevance] = []
    for (probe, word) in zip(probes, caption.words) {
      let order = word.attention.order
      leftOut.append(
        RegionRelevance(
          falls: probe.falls(), map: word.attention, deletion: probe.deletion(order),
          insertion: probe.insertion(order)))
      try step()
    }
    let covered = try photo.map { try coveredRelevance(of: caption, $0, step, isCancelled) }
    return caption.words.indices.map { index in
      WordRelevance(
        word: caption.words[index], logProbability: probes[index].logProbability, leftOut: leftOut[index],
        covered: covered?[index])
    }
  }

  private func probes<Context: DecodingContext>(
    of caption: Caption, in context: Context, _ isCancelled: () -> Bool
  ) throws -> [WordProbe<Context>] {
    let sentences = sentences(of: caption)
    let forced = try TeacherForcing(context, sentences.map { $0.start + $0.words.joined() }, maps: MapChoice()) {
      if isCancelled() { throw CancellationError() }
    }
    return zip(sentences, forced.tokens).flatMap { sentence, tokens in
      var place = sentence.start.count - 1
      return sentence.words.map { word in
        defer { place += word.count }
        return WordProbe(tokens[place..<place + word.count], in: context)
      }
    }
  }

  // MARK: Covering

  /// The longer side of what is covered; more pixels than any network looks at would only take time.
  private static let coveredSide = 1024

  /// The same caption with maps of how much each word's log-probability falls when each region is painted over in the photo,
  /// which is encoded anew for every one of them.
  /// - Parameters:
  ///   - caption: by this network, about the whole photo.
  ///   - photo: its pixels.
  ///   - progress: told of the share that is done, in [0, 1].
  /// - Throws: `CancellationError` soon after `isCancelled` turned true.
  public func covering(
    _ caption: Caption, in photo: PixelImage, progress: (Double) -> Void = { _ in },
    isCancelled: () -> Bool = { false }
  ) throws -> Caption {
    guard let map = caption.words.first?.attention else { return caption }
    let photo = photo.scaled(longerSide: Self.coveredSide, enlarging: false)
    let whole = try logProbabilities(of: caption, in: encode(photo, isCancelled: isCancelled).context, isCancelled)
    let count = map.values.count
    let without = try (0..<count).map { region in
      let covered = photo.covering([region], rows: map.rows, columns: map.columns)
      let image = try encode(covered, isCancelled: isCancelled)
      defer { progress(Double(region + 1) / Double(count)) }
      return try logProbabilities(of: caption, in: image.context, isCancelled)
    }
    let told = caption.words.indices.map { word in
      AttentionMap.occlusion(without.map { whole[word] - $0[word] }, like: map)
    }
    return caption.telling(maps(MapChoice(kind: .covering)), told)
  }

  private func coveredRelevance(
    of caption: Caption, _ photo: PixelImage, _ step: () throws -> Void, _ isCancelled: () -> Bool
  ) throws -> [RegionRelevance] {
    let photo = photo.scaled(longerSide: Self.coveredSide, enlarging: false)
    guard let map = caption.words.first?.attention else { return [] }
    // Curves of different words have sets in common, such as none and all.
    var known: [Set<Int>: [Double]] = [:]
    /// Of each word, with some regions covered.
    func hiding(_ hidden: [Int]) throws -> [Double] {
      if let known = known[Set(hidden)] {
        try step()
        return known
      }
      let covered = photo.covering(hidden, rows: map.rows, columns: map.columns)
      let image = try encode(covered, isCancelled: isCancelled)
      try step()
      let probabilities = try logProbabilities(of: caption, in: image.context, isCancelled)
      known[Set(hidden)] = probabilities
      return probabilities
    }
    let whole = try logProbabilities(of: caption, in: encode(photo, isCancelled: isCancelled).context, isCancelled)
    known[[]] = whole
    let without = try map.values.indices.map { try hiding([$0]) }
    return try caption.words.enumerated().map { index, word in
      let order = word.attention.order
      func curve(_ sets: [[Int]]) throws -> HidingCurve {
        HidingCurve(logProbabilities: try sets.map { try hiding($0)[index] }, regions: order.count)
      }
      return RegionRelevance(
        falls: without.map { whole[index] - $0[index] }, map: word.attention,
        deletion: try curve(HidingCurve.deleting(order)), insertion: try curve(HidingCurve.inserting(order)))
    }
  }

  private func logProbabilities(
    of caption: Caption, in context: some DecodingContext, _ isCancelled: () -> Bool
  ) throws -> [Double] {
    try probes(of: caption, in: context, isCancelled).map(\.logProbability)
  }
}
