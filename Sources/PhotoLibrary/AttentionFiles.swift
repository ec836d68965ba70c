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
      caption.hidden.map { "\($0.way == .photo ? "covered" : "hidden")-\($0.regions.count)" },
      caption.settings.prefix.map { "branch-\($0.tokens.count)" },
    ]
    return (asked.compactMap { $0 } + [manner(of: caption)]).joined(separator: "-")
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
      mark = mark.dropFirst(kind.count).drop(while: \.isNumber).dropFirst()
    }
    let isNumbered = (mark.hasPrefix("seed-") || mark.hasPrefix("beam-")) && UInt64(mark.dropFirst(5)) != nil
    return isNumbered || mark == "greedy" || mark == "recited"
  }
}
