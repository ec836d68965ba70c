import Captioning
import Files
import Raster
import Reports
import SystemPackage

extension AttendCommand {
  /// Tells a caption with what `comparison` asks for.
  func compare(_ content: AttendedCaption, with captioner: Captioner) throws {
    if comparison.occlusion { return try tellRelevance(content, with: captioner) }
    try tellNetworks(content, with: captioner)
  }

  /// What hiding cells does to each word.
  private func tellRelevance(_ content: AttendedCaption, with captioner: Captioner) throws {
    let isShown = Diagnostics.errorsGoToATerminal
    let words = try captioner.relevance(
      of: content.caption, in: captioner.encode(content.photo), covering: content.photo,
      progress: { done in
        if isShown { ProgressLine.replace("hiding cells \(Figures.share(done))") }
      })
    if isShown { ProgressLine.replace("") }
    let report = RelevanceReport(
      image: image, caption: content.caption, words: words, weights: captioner.weights)
    if let png { try OutputFile.write(PNGEncoder.encode(RelevanceSheet(content, words).drawn()), to: png) }
    if json { try StandardOutput.write(report.json) }
    if png == nil && !json { try StandardOutput.write(report.text(shades: Self.shades)) }
  }

  /// The same sentence through several networks.
  private func tellNetworks(_ content: AttendedCaption, with captioner: Captioner) throws {
    let text = content.caption.text
    var tellings = [try Self.telling(text, of: content.photo, with: captioner, maps: maps)]
    for path in comparison.against {
      let other = try Captioner(weightsAt: ProgramFiles.weights(flag: path), threads: network.threads)
      try maps.validate(for: other)
      tellings.append(try Self.telling(text, of: content.photo, with: other, maps: maps))
    }
    let report = NetworkComparison(image: image, tellings: tellings)
    if let png {
      try OutputFile.write(PNGEncoder.encode(NetworkSheet(content, report).drawn()), to: png)
    }
    if json { try StandardOutput.write(report.json) }
    if png == nil && !json { try StandardOutput.write(report.text(shades: Self.shades)) }
  }

  private static func telling(
    _ text: String, of photo: PixelImage, with captioner: Captioner, maps: MapChoiceFlags
  ) throws -> NetworkComparison.Telling {
    let encoded = try captioner.encode(photo)
    let recited = try captioner.recited(text, for: encoded)
    let told = try captioner.retold([recited], for: encoded, maps: maps.choice)[0]
    return NetworkComparison.Telling(caption: told, weights: captioner.weights)
  }

  private static var shades: [Character] {
    SymbolSet.ofLocale(in: .mono) == .ascii ? AttentionText.asciiShades : AttentionText.blockShades
  }
}
