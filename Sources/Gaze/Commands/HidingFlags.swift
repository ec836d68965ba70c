import ArgumentParser
import Captioning

/// The flags that say where the network may not look.
struct HidingFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Hide cells: ROW,COLUMN from 1, ranges as 2-4,5-8; strongest:N, of one word strongest:N:WORD.",
      valueName: "cells"))
  var hide: RegionSelection?

  @Option(help: ArgumentHelp("Hide all cells but these.", valueName: "cells"))
  var only: RegionSelection?

  @Flag(help: "Cover hidden cells in the photo and encode it anew; otherwise they are left out of attention.")
  var cover = false

  func validate() throws {
    if hide != nil && only != nil { throw ValidationError("--hide and --only: only one of them can be given") }
    if cover && !isGiven { throw ValidationError("--cover: expected with --hide or --only") }
  }

  var isGiven: Bool { hide != nil || only != nil }

  /// What is to be hidden of a caption's photo; nil where nothing is.
  func regions(of caption: Caption) throws -> HiddenRegions? {
    guard let selection = hide ?? only, let map = caption.words.first?.attention else { return nil }
    do {
      return try HiddenRegions(
        selection.regions(in: caption), rows: map.rows, columns: map.columns, way: cover ? .photo : .attention,
        isInverted: only != nil)
    } catch {
      throw ValidationError("\(hide != nil ? "--hide" : "--only"): \(error)")
    }
  }
}

extension RegionSelection: ExpressibleByArgument {
  public init?(argument: String) {
    guard let selection = try? RegionSelection(argument) else { return nil }
    self = selection
  }
}
