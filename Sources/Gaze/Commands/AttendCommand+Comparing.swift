import Captioning
import Files
import Raster
import Reports
import SystemPackage

extension AttendCommand {
  /// Tells a caption with what `comparison` asks for.
  func compare(_ content: AttendedCaption, _ inquiry: Inquiry) throws {
    if comparison.occlusion { return try tellRelevance(content, inquiry) }
    try tellNetworks(content, inquiry)
  }

  /// What hiding cells does to each word.
  private func tellRelevance(_ content: AttendedCaption, _ inquiry: Inquiry) throws {
    let isShown = Diagnostics.errorsGoToATerminal
    let words = try inquiry.captioner.relevance(
      of: content.caption, in: inquiry.image, covering: content.photo,
      progress: { done in
        if isShown { ProgressLine.replace("hiding cells \(Figures.share(done))") }
      })
    if isShown { ProgressLine.replace("") }
    let report = RelevanceReport(
      image: image, caption: content.caption, words: words, weights: inquiry.captioner.weights)
    if let png { try OutputFile.write(PNGEncoder.encode(RelevanceSheet(content, words).drawn()), to: png) }
    if let html {
      try OutputFile.write(Array(AttentionPage(content: content, relevance: words).html().utf8), to: html)
    }
    if json { try StandardOutput.write(report.json) }
    if png == nil && html == nil && !json { try StandardOutput.write(report.text(shades: InquiryText.shades)) }
  }

  /// The same sentence through several networks.
  private func tellNetworks(_ content: AttendedCaption, _ inquiry: Inquiry) throws {
    let text = content.caption.text
    var tellings = [try Self.telling(text, inquiry)]
    // Frames of one training often have one encoder, which then looks at the photo once.
    var known = [inquiry]
    for other in try OtherWeights.named(comparison.against) {
      let captioner = try Captioner(
        weightsAt: other.path, threads: network.threads, sharingEncodersOf: known.map(\.captioner))
      try maps.validate(for: captioner)
      let twin = known.first { captioner.sharesEncoder(with: $0.captioner) }
      let same = try Inquiry(
        captioner: captioner, photo: content.photo, maps: maps.choice(for: captioner), seenBy: twin)
      tellings.append(try Self.telling(text, same))
      known = [inquiry, same]
    }
    let report = NetworkComparison(image: image, tellings: tellings)
    if let png {
      try OutputFile.write(PNGEncoder.encode(NetworkSheet(content, report).drawn()), to: png)
    }
    if json { try StandardOutput.write(report.json) }
    if png == nil && !json { try StandardOutput.write(report.text(shades: InquiryText.shades)) }
  }

  private static func telling(_ text: String, _ inquiry: Inquiry) throws -> NetworkComparison.Telling {
    let (captioner, image) = (inquiry.captioner, inquiry.image)
    let recited = try captioner.recited(text, for: image)
    let told = try captioner.retold([recited], for: image, maps: inquiry.maps)[0]
    return NetworkComparison.Telling(caption: told, weights: captioner.weights)
  }
}
