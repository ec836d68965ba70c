import Captioning
import Files
import SystemPackage

/// Files about the attention of a caption that lie beside its photo: `dog.attention.seed-7.png`, the same as `.html` and
/// `.json`. What a photo's captions differ in, how and from which seed they were drawn, is in the names.
package enum AttentionFiles {
  /// The name of those of a caption without their extensions, in the photo's folder.
  package static func stem(of caption: Caption, photo: FilePath) -> FilePath {
    Sidecar.stem(of: photo).addingToName(".attention." + mark(of: caption))
  }

  /// Beginning with what was asked: branches and hidden cells would otherwise take the names of what they came from.
  private static func mark(of caption: Caption) -> String {
    let asked = [
      caption.hidden.map(mark),
      caption.settings.prefix.map { "branch-\($0.tokens.count)" },
    ]
    return (asked.compactMap { $0 } + [manner(of: caption)]).joined(separator: "-")
  }

  /// Longer names say how many cells there are and a number that follows from which, so that others have another.
  private static let longestCells = 100

  /// `hidden-3,4-7+4,2`, the rows and columns of the cells from 1, or `hidden-all-but-…` with those that are left where they
  /// are fewer.
  private static func mark(of hidden: HiddenRegions) -> String {
    let isMost = 2 * hidden.regions.count > hidden.rows * hidden.columns
    let regions = isMost ? hidden.kept : hidden.regions
    var runs: [(row: Int, columns: ClosedRange<Int>)] = []
    for region in regions {
      let (row, column) = (region / hidden.columns + 1, region % hidden.columns + 1)
      if let last = runs.last, last.row == row, last.columns.upperBound == column - 1 {
        runs[runs.count - 1].columns = last.columns.lowerBound...column
      } else {
        runs.append((row, column...column))
      }
    }
    let cells = runs.map { row, columns in
      "\(row),\(columns.lowerBound)" + (columns.count > 1 ? "-\(columns.upperBound)" : "")
    }.joined(separator: "+")
    let short = cells.count <= longestCells ? cells : "cells-\(regions.count)-\(cells.utf8.stableHash)"
    return (hidden.way == .photo ? "covered-" : "hidden-") + (isMost ? "all-but-" : "") + short
  }

  private static func manner(of caption: Caption) -> String {
    if caption.isRecited { return "recited" }
    return switch caption.settings.mode {
    case .sample: "seed-\(caption.settings.seed)"
    case .greedy: "greedy"
    case .beam(let width): "beam-\(width)"
    }
  }

  /// Whether a file in a folder is a sheet of attention, by its name, and no photo to be captioned.
  static func isSheet(_ name: String) -> Bool {
    guard name.hasSuffix(".png") else { return false }
    let stem = name.dropLast(4)
    // Names without a mark are those of earlier versions.
    if stem.hasSuffix(".attention") { return true }
    guard let dot = stem.lastIndex(of: "."), stem[..<dot].hasSuffix(".attention") else { return false }
    var mark = stem[stem.index(after: dot)...]
    for kind in ["covered-", "hidden-", "branch-"] where mark.hasPrefix(kind) {
      mark = mark.dropFirst(kind.count)
      for word in ["all-but-", "cells-"] where mark.hasPrefix(word) { mark = mark.dropFirst(word.count) }
      mark = mark.drop { $0.isNumber || "-,+".contains($0) }
    }
    let isNumbered = (mark.hasPrefix("seed-") || mark.hasPrefix("beam-")) && UInt64(mark.dropFirst(5)) != nil
    return isNumbered || mark == "greedy" || mark == "recited"
  }
}
