import Raster
import Tensors

/// What the network makes of a photo that it cannot see all of.
extension Captioner {
  /// A photo with some of its regions hidden.
  /// - Parameters:
  ///   - hidden: which regions, and how.
  ///   - whole: the photo, nothing hidden.
  ///   - photo: its pixels, asked for only where they are to be covered.
  ///   - isCancelled: asked between layers, where it is encoded anew.
  /// - Throws: `CaptioningError.badOption` where the network divides the photo otherwise; `CancellationError` soon after
  ///   `isCancelled` turned true.
  public func hiding(
    _ hidden: HiddenRegions, in whole: EncodedImage, photo: () throws -> PixelImage,
    isCancelled: () -> Bool = { false }
  ) throws -> EncodedImage {
    let (rows, columns) = (whole.features.rows, whole.features.columns)
    guard (hidden.rows, hidden.columns) == (rows, columns) else {
      throw CaptioningError.badOption(
        "hidden cells: of \(hidden.rows)×\(hidden.columns), expected some of \(rows)×\(columns)")
    }
    switch hidden.way {
    case .photo:
      let covered = try photo().covering(hidden.regions, rows: rows, columns: columns)
      var image = try encode(covered, isCancelled: isCancelled)
      image.hidden = hidden
      return image
    case .attention:
      return EncodedImage(
        features: whole.features, context: Self.context(decoder, whole, hidden), hidden: hidden)
    }
  }

  private static func context(
    _ decoder: some CaptionDecoding, _ whole: EncodedImage, _ hidden: HiddenRegions
  ) -> any DecodingContext {
    PartialContext(decoder, whole, hidden)
  }
}

/// A photo with regions left out of attention, as a decoder sees it: what is left is all that it can attend to, so that
/// weights are those of attention whose scores of the others were −∞. What it begins from is that of the whole photo, as in
/// occlusion maps: nothing but attention is changed. Maps are told of the whole photo.
struct PartialContext<Part: DecodingContext>: DecodingContext {
  /// Of all regions.
  let whole: Part
  /// Of the regions that are not hidden, in one row.
  let part: Part
  let hidden: HiddenRegions

  init<Decoder: CaptionDecoding>(
    _ decoder: Decoder, _ image: EncodedImage, _ hidden: HiddenRegions
  ) where Decoder.Context == Part {
    whole = image.context as? Part ?? decoder.prepare(image.features)
    part = decoder.prepare(image.features.keeping(hidden.kept))
    self.hidden = hidden
  }

  func start(_ count: Int) -> Part.States { whole.start(count) }

  func step(_ tokens: [Int], states: Part.States) -> DecodingStep<Part.States> {
    spread(part.step(tokens, states: states))
  }

  func step(
    _ tokens: [Int], states: Part.States, checkCancelled: () throws -> Void
  ) rethrows -> DecodingStep<Part.States> {
    spread(try part.step(tokens, states: states, checkCancelled: checkCancelled))
  }

  func step(
    _ tokens: [Int], states: Part.States, maps kind: MapKind, next: [Int]
  ) -> DecodingStep<Part.States> {
    spread(part.step(tokens, states: states, maps: kind, next: next))
  }

  func steps(
    through sentences: [[Int]], maps kind: MapKind, checkCancelled: () throws -> Void
  ) rethrows -> SentenceSteps<Part.States>? {
    try part.steps(through: sentences, maps: kind, checkCancelled: checkCancelled).map {
      SentenceSteps(logits: $0.logits, before: $0.before, attention: $0.attention.spread(around: hidden))
    }
  }

  func logits(_ token: Int, states: Part.States, leavingOut sets: [[Int]]) -> Tensor {
    let places = Dictionary(uniqueKeysWithValues: zip(hidden.kept, 0...))
    return part.logits(token, states: states, leavingOut: sets.map { $0.compactMap { places[$0] } })
  }

  private func spread(_ step: DecodingStep<Part.States>) -> DecodingStep<Part.States> {
    DecodingStep(logits: step.logits, states: step.states, attention: step.attention.spread(around: hidden))
  }
}
