import ArgumentParser
import Captioning
import Raster

/// The flags that say which maps are told of words, shared by the commands that tell some.
struct MapChoiceFlags: ParsableArguments {
  @Option(
    name: .customLong("map"),
    help: ArgumentHelp(
      """
      What maps are of: attention, value (how much each region adds), gradient (attention times gain by it; usual for \
      BLIP and ViT-GPT2) or occlusion (what the word loses without the region).
      """,
      valueName: "kind"))
  var kind: MapKind?

  @Option(help: "Only maps of this layer, counted from 1; of all together otherwise.")
  var layer: Int?

  @Option(help: "Only maps of this head, counted from 1; of all together otherwise.")
  var head: Int?

  func validate() throws {
    for (flag, number) in [("--layer", layer), ("--head", head)] {
      if let number { try FlagCheck.check(flag, number, number >= 1, "at least 1") }
    }
  }

  /// The first of the flags that was given.
  var given: String? { kind != nil ? "--map" : layer != nil ? "--layer" : head != nil ? "--head" : nil }

  /// The choice for a network, of the kind that is usual for it where none is named.
  func choice(for captioner: Captioner) -> MapChoice {
    MapChoice(kind: kind ?? captioner.usualMaps, layer: layer.map { $0 - 1 }, head: head.map { $0 - 1 })
  }

  /// Checks what only the weights can tell.
  func validate(for captioner: Captioner) throws {
    if let problem = captioner.problem(with: choice(for: captioner)) { throw ValidationError("--\(problem)") }
  }
}

extension MapKind: ExpressibleByArgument {
  public init?(argument: String) {
    guard let kind = MapKind.allCases.first(where: { $0.rawValue == argument }) else { return nil }
    self = kind
  }
}

/// A captioner that tells of chosen maps.
struct MapTeller: PhotoCaptioning {
  let captioner: Captioner
  /// Nil where nobody asks for maps.
  let maps: MapChoice?

  var weights: WeightsIdentity { captioner.weights }

  func captions(of photo: PixelImage, settings: DecodingSettings, isCancelled: () -> Bool) throws -> [Caption] {
    let image = try captioner.encode(photo, isCancelled: isCancelled)
    let drawn = try captioner.captions(for: image, settings: settings, isCancelled: isCancelled)
    guard let maps else { return drawn }
    return try captioner.retold(drawn, for: image, maps: maps, isCancelled: isCancelled)
  }
}
